"""Previews are small, show the right colours, and every browser shows them."""

from io import BytesIO

from PIL import Image

from app.imaging.kinds import KINDS
from app.imaging.made import Encoded
from app.imaging.previews import previews
from tests.imaging.pictures import cut_out, deep, glass, photo, psnr, still


def image_of(encoded: Encoded) -> Image.Image:
    return Image.open(BytesIO(encoded.data))


def test_a_small_picture_is_shown_at_its_size() -> None:
    sides = previews(still(photo()), photo())
    assert {side: (file.width, file.height) for side, file in sides.items()} == {
        "before": (96, 64),
        "preview": (96, 64),
        "thumb": (96, 64),
    }


def test_a_large_picture_is_shown_smaller() -> None:
    sides = previews(None, photo(2000, 500))
    assert {side: image_of(file).size for side, file in sides.items()} == {"preview": (1600, 400), "thumb": (480, 120)}


def test_what_is_see_through_stays_so() -> None:
    sides = previews(still(cut_out()), still(cut_out(4000, 3000)))
    assert all(image_of(file).getpixel((file.width - 2, 1))[-1] == 0 for file in sides.values())  # type: ignore[index]


def test_a_large_see_through_picture_is_shrunk_without_seams() -> None:
    large = glass(3500, 2500)
    shown = image_of(previews(None, large)["preview"])
    assert psnr(shown, large.resize(shown.size, Image.Resampling.LANCZOS, reducing_gap=3.0)) > 33


def test_every_kind_shown_is_one_that_browsers_show() -> None:
    for image in (photo(), glass(), deep(), photo().convert("L"), glass().convert("LA")):
        types = {file.type for file in previews(still(image), still(image)).values()}
        assert types <= {kind.type for kind in KINDS.values() if kind.shown}


def test_sixteen_bits_of_grey_keep_their_brightness() -> None:
    grey = Image.new("I;16", (2000, 20), 0x8000)
    shown = image_of(previews(None, still(grey))["preview"]).convert("L")
    assert abs(int(shown.getpixel((800, 8))) - 128) <= 1  # type: ignore[arg-type]


def test_the_same_picture_is_encoded_once() -> None:
    picture = still(photo())
    sides = previews(picture, picture)
    assert sides["before"] is sides["preview"]


def test_nothing_came_in_so_nothing_was_before() -> None:
    assert set(previews(None, photo())) == {"preview", "thumb"}
