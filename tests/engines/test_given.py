"""A given picture on its way back from an engine."""

from PIL import Image

from app.engines.given import Given
from app.engines.protocol import PaintRequest, Source


def test_what_is_painted_is_opaque_and_the_rest_as_transparent_as_it_was() -> None:
    clear = Image.new("RGBA", (8, 8), (0, 128, 0, 40))
    source = Source(clear, mask=Image.linear_gradient("L").resize((8, 8)).point(lambda value: 255 * (value >= 128)))
    painted = Given(PaintRequest.of(source), source).finished(Image.new("RGB", (8, 8), "red"))
    assert painted.getpixel((0, 0)) == (0, 128, 0, 40)
    assert painted.getpixel((0, 7)) == (255, 0, 0, 255)
