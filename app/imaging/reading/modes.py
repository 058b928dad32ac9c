"""Bringing the many modes of pictures down to five: L, LA, RGB, RGBA and I;16."""

from io import BytesIO
from typing import cast

from PIL import Image, ImageCms

KEPT = ("L", "LA", "RGB", "RGBA", "I;16")
PROFILES = {b"RGB ": ("RGB", "RGBA"), b"GRAY": ("L", "LA", "I;16")}


def settle(image: Image.Image) -> tuple[Image.Image, bytes | None]:
    """The loaded image in one of the modes KEPT, and the profile its pixels are in then."""
    icc = image.info.get("icc_profile") or None
    if image.mode == "CMYK" or image.mode == "LAB":
        return _device(image, icc), None
    image = _plain(image)
    return image, icc if icc and image.mode in PROFILES.get(icc[16:20], ()) else None


def srgb(image: Image.Image, icc: bytes | None) -> Image.Image:
    """RGB or RGBA, 8 bits, in sRGB."""
    if image.mode == "I;16":
        image = _shallow(image)
    mode = "RGBA" if image.mode in ("LA", "RGBA") else "RGB"
    if icc and not _is_srgb(icc):
        return _through(image if image.mode != "LA" else image.convert("RGBA"), icc, mode) or image.convert(mode)
    return image if image.mode == mode else image.convert(mode)


def _device(image: Image.Image, icc: bytes | None) -> Image.Image:
    """Inks, or CIELAB, as sRGB."""
    if image.mode == "LAB":
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        return _through(image, lab, "RGB") or image.getchannel(0)
    fits = icc is not None and icc[16:20] == b"CMYK"
    return (_through(image, icc, "RGB") if icc and fits else None) or image.convert("RGB")


def _through(image: Image.Image, icc: bytes, mode: str) -> Image.Image | None:
    """The image in sRGB; None when its profile is damaged."""
    try:
        profile = ImageCms.ImageCmsProfile(BytesIO(icc))
        standard = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, profile, standard, outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def _is_srgb(icc: bytes) -> bool:
    try:
        return ImageCms.getProfileDescription(BytesIO(icc)).startswith("sRGB")
    except (ImageCms.PyCMSError, OSError):
        return True


def _plain(image: Image.Image) -> Image.Image:
    mode = image.mode
    if mode in ("L", "RGB", "1") and "transparency" in image.info:
        return image.convert("RGBA" if mode == "RGB" else "LA")
    if mode in KEPT:
        return image
    if mode in ("P", "PA", "RGBa"):
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    if mode in ("I", "F") or mode.startswith("I;16"):
        return _numbers(image)
    return image.convert({"1": "L", "La": "LA"}.get(mode, "RGB"))


def _numbers(image: Image.Image) -> Image.Image:
    """Whole numbers as 16-bit grey; floating ones as 8-bit grey, stretched where they go beyond their usual range."""
    if image.mode.startswith("I;16"):
        return image.convert("I").convert("I;16")
    low, high = (float(each) for each in cast("tuple[float, float]", image.getextrema()))
    if image.mode == "I" and low >= 0 and high <= 0xFFFF:
        return image.convert("I;16")
    if not (low >= 0 and high <= 255):
        scale = 255 / ((high - low) or 1)
        return image.convert("F").point(lambda v: v * scale - low * scale).convert("L")
    if high <= 1:
        return image.point(lambda v: v * 255 + 0).convert("L")
    return image.convert("L")


def _shallow(image: Image.Image) -> Image.Image:
    return image.point(lambda v: v * (1 / 257) + 0.5).convert("L")
