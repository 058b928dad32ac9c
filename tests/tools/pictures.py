"""Pictures to work on, and a look at what came of them."""

from io import BytesIO
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageDraw

from app.imaging.made import Encoded
from app.refusals import Refusal
from app.toolkit import Outcome
from tests.tools.conftest import Run

ICC = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ORIENTATION, ARTIST, GPS = 0x0112, 0x013B, 0x8825
PLANTED = b"planted-where-nobody-looks"


def photo(width: int = 240, height: int = 180, at: tuple[float, float] = (0.5, 0.55)) -> Image.Image:
    """A red ball on a meadow under a sky, with grain as a camera gives it. `at` is the ball's middle."""
    rng = np.random.default_rng(4)
    y = np.linspace(0, 1, height)[:, None, None]
    scene = np.where(y < 0.45, (150, 190, 235), (90, 150, 70)) + rng.normal(0, 6, (height, width, 3))
    image = Image.fromarray(np.clip(scene, 0, 255).astype(np.uint8))
    x, y_, reach = at[0] * width, at[1] * height, 0.27 * min(width, height)
    ImageDraw.Draw(image).ellipse((x - reach, y_ - reach, x + reach, y_ + reach), fill=(190, 30, 25))
    return image


def ball(width: int = 240, height: int = 180) -> NDArray[np.bool_]:
    """Where the photo's ball is."""
    return np.asarray(photo(width, height).convert("HSV"))[..., 1] > 200


def file(image: Image.Image, format_: str = "JPEG", **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def film(format_: str, frames: int = 3, size: tuple[int, int] = (60, 40)) -> bytes:
    """An animation whose square wanders to the right, 100 ms a frame, for ever."""
    images = []
    for number in range(frames):
        image = Image.new("RGB", size, "navy")
        image.paste("yellow", (10 * number, 10, 10 * number + 10, 20))
        images.append(image)
    return file(images[0], format_, save_all=True, append_images=images[1:], duration=100, loop=0)


def told() -> Image.Exif:
    """EXIF with an artist and a place, the Eiffel tower's."""
    exif = Image.Exif()
    exif[ARTIST] = PLANTED.decode()
    exif[GPS] = {1: "N", 2: (48.0, 51.0, 29.6), 3: "E", 4: (2.0, 17.0, 40.2)}
    return exif


def picture(outcome: Outcome) -> Image.Image:
    """The first result, opened."""
    first = outcome.pictures[0]
    if not isinstance(first, Encoded):
        return first.image
    image = Image.open(BytesIO(first.data))
    assert image.size == (first.width, first.height)
    image.load()
    return image


def data(outcome: Outcome) -> bytes:
    first = outcome.pictures[0]
    assert isinstance(first, Encoded)
    return first.data


def numbers(image: Image.Image) -> NDArray[np.float32]:
    return np.asarray(image, np.float32)


def refusal(run: Run, *given: Any, **params: Any) -> Refusal:
    with pytest.raises(Refusal) as refused:
        run(*given, **params)
    return refused.value
