"""What is saved is what was there, in as many bits as the format has, and nothing else."""

import pytest
from PIL import Image, ImageCms

from app.imaging.kinds import KINDS, WRITTEN, Kind
from app.imaging.save import save
from tests.imaging.pictures import cut_out, deep, glass, opened, photo, profile, psnr, same, still
from tests.skips import CORPORA

MODES = {
    "L": photo().convert("L"),
    "LA": glass().convert("LA"),
    "RGB": photo(),
    "RGBA": glass(),
    "I;16": deep(),
}
LOSSY = [kind.name for kind in WRITTEN if kind.lossy]
SEE_THROUGH = [kind.name for kind in WRITTEN if kind.alpha and kind.name != "pdf"]


@pytest.mark.parametrize("kind", WRITTEN, ids=lambda kind: kind.name)
@pytest.mark.parametrize("mode", MODES)
def test_every_mode_goes_into_every_kind_at_its_size(mode: str, kind: Kind) -> None:
    file = save(still(MODES[mode]), kind)
    assert (file.type, file.extension) == (kind.type, kind.extension)
    assert (file.width, file.height) == MODES[mode].size
    again = opened(file.data, dpi=96 if kind.drawn else None)
    assert (again.kind, again.image.size) == (kind, MODES[mode].size)


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("mode", MODES)
def test_png_and_tiff_keep_every_pixel_and_mode(mode: str, kind: str) -> None:
    again = opened(save(still(MODES[mode]), KINDS[kind]).data).image
    assert again.mode == mode
    assert again.tobytes() == MODES[mode].tobytes()


@pytest.mark.parametrize("mode", ["L", "RGB"])
@pytest.mark.parametrize("kind", ["bmp", "pdf"])
def test_bmp_and_pdf_keep_every_pixel(mode: str, kind: str) -> None:
    assert same(opened(save(still(MODES[mode]), KINDS[kind]).data, dpi=96).image, MODES[mode])


@pytest.mark.parametrize("size", [(1, 1), (2, 700), (5000, 3), (1200, 900)])
def test_a_png_of_any_shape_keeps_every_pixel(size: tuple[int, int]) -> None:
    image = Image.effect_noise(size, 60).convert("RGB")
    assert opened(save(still(image), KINDS["png"]).data).image.tobytes() == image.tobytes()


def test_a_png_is_read_by_other_programs() -> None:
    import cv2
    import numpy as np

    read = cv2.imdecode(np.frombuffer(save(still(photo(900, 700)), KINDS["png"]).data, np.uint8), cv2.IMREAD_COLOR_RGB)
    assert read is not None
    assert read.tobytes() == photo(900, 700).tobytes()


def test_a_gif_of_few_colours_keeps_every_pixel() -> None:
    assert same(opened(save(still(cut_out()), KINDS["gif"]).data).image, cut_out())


def test_a_gif_of_a_photo_is_dithered() -> None:
    assert psnr(opened(save(still(photo()), KINDS["gif"]).data).image, photo()) > 30


@pytest.mark.parametrize("kind", LOSSY)
def test_a_lossy_kind_looks_alike_at_its_own_quality(kind: str) -> None:
    assert psnr(opened(save(still(photo()), KINDS[kind]).data).image, photo()) >= 35


@pytest.mark.needs("corpora")
@pytest.mark.parametrize("kind", LOSSY)
def test_real_photos_look_alike_at_the_kind_s_own_quality(kind: str) -> None:
    for path in sorted((CORPORA / "ccp/photos").iterdir())[:240:60]:
        image = opened(path.read_bytes()).image
        assert psnr(opened(save(still(image), KINDS[kind]).data).image, image) >= 35


@pytest.mark.parametrize("kind", LOSSY)
def test_less_quality_takes_fewer_bytes(kind: str) -> None:
    poor, fine = (save(still(photo(200, 150)), KINDS[kind], quality=quality).data for quality in (20, 90))
    assert len(poor) < len(fine)


@pytest.mark.parametrize("kind", SEE_THROUGH)
def test_what_is_see_through_stays_so(kind: str) -> None:
    again = opened(save(still(cut_out()), KINDS[kind]).data).image
    assert again.mode in ("RGBA", "LA")
    assert again.getpixel((1, 1))[-1] == 0  # type: ignore[index]
    assert again.getpixel((12, 12))[-1] == 255  # type: ignore[index]


@pytest.mark.parametrize("kind", ["jpg", "bmp"])
def test_what_cannot_be_see_through_gets_the_background(kind: str) -> None:
    again = opened(save(still(cut_out()), KINDS[kind], background="#00ff00").data).image
    red, green, blue = again.getpixel((44, 2))  # type: ignore[misc]
    assert (red < 12, green > 240, blue < 12) == (True, True, True)


@pytest.mark.parametrize("kind", ["png", "jpg", "webp", "tiff", "heic", "avif"])
def test_the_colour_profile_goes_along(kind: str) -> None:
    assert opened(save(still(photo(), icc=profile()), KINDS[kind]).data).icc == profile()


@pytest.mark.parametrize("kind", ["png", "jpg", "tiff"])
def test_a_profile_of_greys_goes_along_with_greys(kind: str) -> None:
    again = opened(save(still(photo().convert("L"), icc=profile("L")), KINDS[kind]).data)
    assert (again.image.mode, again.icc) == ("L", profile("L"))


def test_a_pdf_names_the_colour_profile() -> None:
    assert b"/ICCBased" in save(still(photo(), icc=profile()), KINDS["pdf"]).data


@pytest.mark.parametrize("kind", ["gif", "bmp", "svg"])
def test_where_no_profile_fits_colours_become_srgb(kind: str) -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    file = save(still(Image.new("RGB", (32, 32), (40, 90, 200)), icc=lab), KINDS[kind])
    assert opened(file.data).icc is None


@pytest.mark.parametrize("kind", ["png", "jpg", "tiff", "bmp"])
def test_the_resolution_goes_along(kind: str) -> None:
    across, down = opened(save(still(photo(), dpi=(300, 150)), KINDS[kind]).data).dpi or (0, 0)
    assert (round(across), round(down)) == (300, 150)


@pytest.mark.parametrize("dpi", [None, (144, 144), (1, 1)])
def test_a_page_is_as_large_as_its_resolution_says(dpi: tuple[float, float] | None) -> None:
    page = opened(save(still(photo(), dpi=dpi), KINDS["pdf"]).data, dpi=144)
    assert page.image.size == ((96, 64) if dpi == (144, 144) else (144, 96))


def test_a_traced_photo_is_small_and_as_large_as_the_picture() -> None:
    noisy = Image.effect_noise((1000, 1000), 90).convert("RGB")
    file = save(still(noisy), KINDS["svg"])
    assert len(file.data) <= 1_000_000
    assert b'width="1000" height="1000"' in file.data[:200]


def test_a_traced_drawing_looks_like_it() -> None:
    drawing = cut_out(200, 150)
    assert psnr(opened(save(still(drawing), KINDS["svg"]).data).image, drawing) > 25
