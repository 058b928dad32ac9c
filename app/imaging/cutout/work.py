"""Removing a background, whoever made the matte. For sandboxed children."""

from io import BytesIO

from PIL import Image, ImageChops

from app.imaging.bounds import Bounds
from app.imaging.cutout import behind, compose
from app.imaging.cutout.matte import matte, refined
from app.imaging.encode import encode
from app.imaging.kinds import KINDS
from app.imaging.made import Encoded, Fact, Made
from app.imaging.open import open_picture, plain
from app.imaging.opened import Frame, Opened
from app.imaging.results import of
from app.imaging.save import save
from app.refusals import Refusal

PNG = KINDS["png"]


def cut_out(
    source: bytes,
    kept: bytes | None = None,
    picture: bytes | None = None,
    *,
    bounds: Bounds,
    background: str = "transparent",
    color: str = "#ffffff",
    blur: int = 40,
) -> Made:
    """A PNG, and the side `matte`. `kept` is the matte of an earlier run, or a smaller one that a model made.

    `background` is "transparent", "color", "picture" (which is then needed) or "blur" (1 to 100).
    """
    opened = open_picture(source, bounds=bounds)
    image = plain(opened)
    alpha = _matte(image, kept)
    if background == "transparent":
        result = compose.see_through(image, alpha)
    else:
        result = _behind(image, alpha, background, color, blur, picture, bounds)
        compose.put_before(image, alpha, result)
    share: Fact = round(sum(alpha.histogram()[128:]) / (alpha.width * alpha.height), 3)
    made = of(source, opened, result, save(Opened(PNG, [Frame(result)]), PNG), PNG, kept=share)
    return Made(made.files, {**made.sides, "matte": _encoded(alpha)}, made.facts)


def _matte(image: Image.Image, kept: bytes | None) -> Image.Image:
    if kept is None:
        alpha = matte(image)
    else:
        alpha = Image.open(BytesIO(kept), formats=("PNG",)).convert("L")
        if alpha.size == image.size:
            return alpha
        alpha = refined(image, alpha)
    return ImageChops.multiply(alpha, image.getchannel("A")) if image.mode == "RGBA" else alpha


def _behind(
    image: Image.Image,
    alpha: Image.Image,
    background: str,
    color: str,
    blur: int,
    picture: bytes | None,
    bounds: Bounds,
) -> Image.Image:
    if background == "color":
        return behind.coloured(image.size, color)
    if background == "blur":
        return behind.blurred(image, alpha, blur)
    if picture is None:
        raise Refusal("invalid", "Choose the picture that goes behind.", field="background_image")
    try:
        other = plain(open_picture(picture, bounds=bounds))
    except Refusal as refusal:
        message = f"The background picture: {refusal.message}"
        raise Refusal(refusal.code, message, **{**refusal.facts, "field": "background_image"}) from None
    return behind.fitted(other, image.size)


def _encoded(alpha: Image.Image) -> Encoded:
    return Encoded(encode(alpha, "PNG", compress_level=1), PNG.type, PNG.extension, *alpha.size)
