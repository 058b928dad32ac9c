"""The styles that a picture can be painted in."""

from app.toolkit.params import Choice

STYLES = (
    Choice("photographic", "Photographic"),
    Choice("illustration", "Illustration"),
    Choice("3d", "3D"),
    Choice("anime", "Anime"),
    Choice("watercolor", "Watercolor"),
    Choice("oil", "Oil"),
    Choice("pencil", "Pencil"),
    Choice("line-art", "Line art"),
    Choice("pixel-art", "Pixel art"),
    Choice("comic", "Comic"),
    Choice("low-poly", "Low poly"),
    Choice("neon", "Neon"),
    Choice("vaporwave", "Vaporwave"),
    Choice("minimalist", "Minimalist"),
)
