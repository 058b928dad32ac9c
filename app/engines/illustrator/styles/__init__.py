"""The styles, one file each: the layers that treat a painted scene. Another style is another file and a line here."""

from app.engines.illustrator.canvas import Layer
from app.engines.illustrator.styles import (
    anime,
    comic,
    illustration,
    line_art,
    low_poly,
    minimalist,
    neon,
    oil,
    pencil,
    photographic,
    pixel_art,
    three_d,
    vaporwave,
    vivid,
    watercolor,
)

STYLES: dict[str, tuple[Layer, ...]] = {
    "photographic": photographic.LAYERS,
    "illustration": illustration.LAYERS,
    "3d": three_d.LAYERS,
    "anime": anime.LAYERS,
    "watercolor": watercolor.LAYERS,
    "oil": oil.LAYERS,
    "pencil": pencil.LAYERS,
    "line-art": line_art.LAYERS,
    "pixel-art": pixel_art.LAYERS,
    "comic": comic.LAYERS,
    "low-poly": low_poly.LAYERS,
    "neon": neon.LAYERS,
    "vaporwave": vaporwave.LAYERS,
    "minimalist": minimalist.LAYERS,
}

VARIANTS: dict[str, tuple[Layer, ...]] = {"vivid": vivid.LAYERS, "standard": photographic.LAYERS}
"""Further treatments that a dialect names; they are not offered as styles."""
