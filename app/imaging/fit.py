"""Painted pictures to an exact size, and without see-through parts."""

from PIL import Image, ImageOps

WHITE = (255, 255, 255)


def cover(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """The picture as large as `size`: what does not fit its shape is cut off evenly on both sides."""
    return image if image.size == size else ImageOps.fit(image, size, Image.Resampling.LANCZOS)


def opaque(image: Image.Image) -> Image.Image:
    """RGB, with white under what is see-through."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    paper = Image.new("RGB", image.size, WHITE)
    paper.paste(image, mask=image.getchannel("A"))
    return paper
