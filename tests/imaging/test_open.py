"""Pictures come upright, in few modes, whole, and with what is told about them."""

from io import BytesIO
from typing import Any

import pillow_heif
import pytest
from PIL import Image, ImageChops, ImageCms, ImageOps

from app.imaging.bounds import Bounds
from app.imaging.open import open_picture, plain
from app.imaging.opened import Opened
from app.refusals import Refusal
from tests.skips import CORPORA

pillow_heif.register_heif_opener()
ORIENTATION, ARTIST = 0x0112, 0x013B
TURNED = {  # how a picture lies in a file that says so
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def encoded(image: Image.Image, format_: str, **options: Any) -> bytes:
    out = BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()


def opened(source: bytes, **options: Any) -> Opened:
    return open_picture(source, bounds=options.pop("bounds", Bounds()), **options)


def refused(source: bytes, **options: Any) -> Refusal:
    with pytest.raises(Refusal) as caught:
        opened(source, **options)
    return caught.value


def quarters(mode: str = "RGB") -> Image.Image:
    """64 × 32, another colour in each corner."""
    image = Image.new("RGB", (64, 32), "navy")
    for colour, at in (("red", (0, 0)), ("lime", (32, 0)), ("white", (0, 16))):
        image.paste(colour, (*at, at[0] + 32, at[1] + 16))
    return image.convert(mode)


def apart(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of a pixel away from edges: of the middles of 8 × 8 blocks."""
    assert one.size == other.size
    difference = ImageChops.difference(one.convert("RGB"), other.convert("RGB"))
    middles = difference.resize((one.width // 8, one.height // 8), Image.Resampling.NEAREST)
    return max(high for _, high in middles.getextrema())  # type: ignore[misc]


@pytest.mark.parametrize("format_", ["PNG", "BMP", "DIB", "TIFF", "TGA", "PPM", "ICO", "GIF"])
def test_what_loses_nothing_opens_to_the_same_pixels(format_: str) -> None:
    image = quarters()
    picture = opened(encoded(image, format_, **({"sizes": [image.size]} if format_ == "ICO" else {})))
    assert apart(picture.image, image) == 0


@pytest.mark.parametrize("format_", ["JPEG", "WEBP", "AVIF", "HEIF", "JPEG2000"])
def test_what_loses_little_opens_to_nearly_the_same_pixels(format_: str) -> None:
    assert apart(opened(encoded(quarters(), format_, quality=95)).image, quarters()) < 16


@pytest.mark.parametrize("orientation", TURNED)
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF", "HEIF"])
def test_a_picture_stands_upright_and_forgets_how_it_lay(format_: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION], exif[ARTIST] = orientation, "Ada"
    method = TURNED[orientation]
    lying = quarters() if method is None else quarters().transpose(method)
    lying.info["exif"] = exif.tobytes()  # where the writer of HEIC looks
    options = {} if format_ == "HEIF" else {"exif": exif}
    picture = opened(encoded(lying, format_, **options, **({} if format_ == "TIFF" else {"quality": 95})))
    told = Image.Exif()
    told.load(picture.exif or b"")
    assert apart(picture.image, quarters()) < 20
    assert (told.get(ORIENTATION, 1), told.get(ARTIST)) == (1, "Ada")


@pytest.mark.needs("corpora")
def test_real_pictures_stand_upright_too() -> None:
    folder = CORPORA / "pillow/Tests/images"
    files = sorted(folder.glob("hopper_orientation_?.jpg"))
    assert len(files) >= 2
    pictures = [ImageOps.fit(opened(path.read_bytes()).image, (64, 64)) for path in files]
    assert all(apart(pictures[0], picture) < 40 for picture in pictures)


@pytest.mark.needs("corpora")
def test_heic_that_turns_itself_is_turned_once() -> None:
    picture = opened((CORPORA / "raw/assets/examples/iphone_7.heic").read_bytes())
    assert (picture.kind.name, picture.image.size, picture.image.mode) == ("heic", (4032, 3024), "RGB")


@pytest.mark.parametrize(
    ("image", "mode"),
    [
        (Image.new("1", (4, 4), 1), "L"),
        (Image.new("L", (4, 4), 7), "L"),
        (Image.new("LA", (4, 4), (7, 9)), "LA"),
        (Image.new("P", (4, 4), 3), "RGB"),
        (Image.new("RGBA", (4, 4), (1, 2, 3, 4)), "RGBA"),
        (Image.new("I;16", (4, 4), 40_000), "I;16"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.mode,
)
def test_the_modes_of_png_become_few(image: Image.Image, mode: str) -> None:
    assert opened(encoded(image, "PNG")).image.mode == mode


def test_a_palette_with_a_hole_becomes_transparent() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 255, 0])
    image.putpixel((1, 0), 1)
    picture = opened(encoded(image, "PNG", transparency=1)).image
    assert [picture.getpixel((x, 0)) for x in (0, 1)] == [(255, 0, 0, 255), (0, 255, 0, 0)]


def test_one_transparent_grey_becomes_alpha() -> None:
    picture = opened(encoded(Image.new("L", (2, 1), 9), "PNG", transparency=9)).image
    assert (picture.mode, picture.getpixel((0, 0))) == ("LA", (9, 0))


def test_sixteen_bits_stay_and_are_rounded_when_shown() -> None:
    image = Image.new("I;16", (2, 1), 32_896)
    picture = opened(encoded(image, "TIFF"))
    assert picture.image.getpixel((0, 0)) == 32_896
    assert plain(picture).getpixel((0, 0)) == (128, 128, 128)


@pytest.mark.parametrize("values", [(0.0, 1.0), (0.0, 255.0), (-3.0, 9.0)])
def test_floating_numbers_are_stretched_over_grey(values: tuple[float, float]) -> None:
    image = Image.new("F", (2, 1), values[0])
    image.putpixel((1, 0), values[1])
    picture = opened(encoded(image, "TIFF")).image
    assert [picture.getpixel((x, 0)) for x in (0, 1)] == [0, 255]


def test_inks_become_colours() -> None:
    picture = opened(encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95))
    red, green, blue = picture.image.getpixel((4, 4))  # type: ignore[misc]
    assert red > 230
    assert max(green, blue) < 40
    assert picture.icc is None


def test_a_profile_is_kept_beside_the_pixels_it_is_for() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert opened(encoded(quarters(), "PNG", icc_profile=icc)).icc == icc
    assert opened(encoded(quarters("L"), "PNG", icc_profile=icc)).icc is None


@pytest.mark.needs("corpora")
def test_a_wide_gamut_is_brought_to_srgb_when_shown() -> None:
    picture = opened((CORPORA / "raw/assets/examples/iphone_7.heic").read_bytes())
    assert picture.icc is not None
    assert apart(plain(picture), picture.image) > 3


def test_what_is_told_is_told_beside_the_picture_and_not_in_it() -> None:
    source = encoded(quarters(), "JPEG", comment="drawn by hand", dpi=(300, 300), xmp=b"<x/>")
    picture = opened(source)
    assert (picture.comment, picture.dpi, picture.xmp) == ("drawn by hand", (300, 300), b"<x/>")
    assert not picture.image.info
    assert b"drawn" not in encoded(picture.image, "JPEG")


def test_damaged_exif_does_not_stop_a_picture() -> None:
    picture = opened(encoded(quarters(), "JPEG", exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff\1\x12\0\3"))
    assert picture.image.size == (64, 32)


@pytest.mark.needs("corpora")
def test_a_real_picture_with_damaged_exif_opens() -> None:
    picture = opened((CORPORA / "libavif/tests/data/paris_icc_exif_xmp.png").read_bytes())
    assert (picture.image.size, picture.exif) == ((403, 302), None)


def moving(format_: str) -> bytes:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    options = {"save_all": True, "append_images": frames[1:], "duration": [80, 200, 120]}
    loop = {} if format_ == "AVIF" else {"loop": 0}
    return encoded(frames[0], format_, **options, **loop)


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG", "AVIF"])
def test_an_animation_has_all_frames_and_their_times(format_: str) -> None:
    picture = opened(moving(format_), moving=True)
    assert [frame.duration for frame in picture.frames] == [80, 200, 120]
    assert (picture.loop, picture.count) == (0, 3)
    for frame, colour in zip(picture.frames, ("red", "lime", "blue"), strict=True):
        assert apart(frame.image, Image.new("RGB", (16, 16), colour)) < 24


@pytest.mark.parametrize("format_", ["GIF", "WEBP", "PNG", "AVIF"])
def test_one_frame_may_be_chosen(format_: str) -> None:
    picture = opened(moving(format_), page=3)
    assert (len(picture.frames), picture.count) == (1, 3)
    assert apart(picture.image, Image.new("RGB", (16, 16), "blue")) < 24


def test_frames_of_a_gif_are_put_together() -> None:
    first = Image.new("RGB", (16, 16), "red")
    second = first.copy()
    second.paste("blue", (8, 8, 16, 16))
    source = encoded(first, "GIF", save_all=True, append_images=[second], duration=50)
    picture = opened(source, moving=True)
    assert apart(picture.frames[1].image, second) == 0
    assert picture.loop == 1


def paged() -> bytes:
    pages = [Image.new("L", (10 * n, 10), n) for n in (1, 2, 3)]
    return encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])


def test_pages_of_a_tiff_are_counted_and_chosen() -> None:
    assert [frame.image.width for frame in opened(paged(), page=None).frames] == [10, 20, 30]
    assert (opened(paged(), page=2).image.width, opened(paged(), page=2).count) == (20, 3)


def test_a_page_that_is_not_there_is_named() -> None:
    refusal = refused(paged(), page=4)
    assert (refusal.code, refusal.facts) == ("invalid", {"field": "page", "pages": 3})
    assert refusal.message == "There is no page 4: this file has 3 pages."


@pytest.mark.needs("corpora")
def test_smaller_copies_in_a_tiff_are_no_pages() -> None:
    source = (CORPORA / "pillow/Tests/images/tiff_strip_planar_raw_with_overviews.tif").read_bytes()
    assert opened(source).count == 1


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "TGA", "PPM", "JPEG2000"])
@pytest.mark.parametrize("bounds", [Bounds(pixels=1_000), Bounds(side=60)])
def test_too_many_pixels_are_refused_with_the_figures(format_: str, bounds: Bounds) -> None:
    refusal = refused(encoded(quarters(), format_), bounds=bounds)
    assert refusal.code == "too_many_pixels"
    assert {"width": 64, "height": 32, "limit_pixels": bounds.pixels}.items() <= refusal.facts.items()


def test_frames_count_together() -> None:
    refusal = refused(moving("GIF"), moving=True, bounds=Bounds(pixels=600))
    assert (refusal.code, refusal.facts["pixels"]) == ("too_many_pixels", 768)
    assert refused(moving("GIF"), moving=True, bounds=Bounds(frames=2)).facts["frames"] == 3
    assert opened(moving("GIF"), bounds=Bounds(pixels=600, frames=2)).count == 3


def test_pages_count_together() -> None:
    assert refused(paged(), page=None, bounds=Bounds(pixels=500)).facts["pixels"] == 600


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF", "TGA", "PPM", "ICO"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_half_a_file_is_unreadable(format_: str, share: float, noise: Image.Image) -> None:
    source = encoded(noise, format_)
    assert refused(source[: int(len(source) * share)]).code == "unreadable"


@pytest.mark.parametrize(("source", "what"), [(b"", "an empty file"), (b"hello\n", "a text"), (b"%!PS-", "PostScript")])
def test_what_is_no_picture_is_said(source: bytes, what: str) -> None:
    refusal = refused(source)
    assert refusal.code == "not_a_picture"
    assert what in refusal.message


@pytest.mark.needs("corpora")
def test_a_jpeg_with_the_name_of_heic_opens_as_what_it_is() -> None:
    assert opened((CORPORA / "raw/internal/photoprism/testdata/wrong.heic").read_bytes()).kind.name == "jpg"


@pytest.mark.needs("corpora")
def test_camera_raw_is_developed_upright_in_colour() -> None:
    picture = opened((CORPORA / "raw/assets/examples/canon_eos_6d.dng").read_bytes())
    assert (picture.kind.name, picture.image.mode, picture.image.size) == ("raw", "RGB", (1224, 816))


@pytest.fixture
def noise() -> Image.Image:
    return Image.effect_noise((120, 90), 60).convert("RGB")


def test_every_page_of_a_tiff_is_its_own() -> None:
    first, *rest = [Image.new("L", (20, 10), grey) for grey in (60, 120, 180)]
    source = encoded(first, "TIFF", save_all=True, append_images=rest)
    assert [frame.image.getpixel((9, 9)) for frame in opened(source, page=None).frames] == [60, 120, 180]
