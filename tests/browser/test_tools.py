"""The page of a tool, in a real browser: from files to results, and on to the next tool."""

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from PIL import Image
from playwright.sync_api import Download, Locator, expect

from config import ROOT
from tests.browser.conftest import Visit
from tests.browser.test_comfort import tab_to
from tests.browser.visitor import PATIENCE, PHONE, Visitor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

FOX, REEF = ROOT / "static/pictures/fox.webp", ROOT / "static/pictures/reef.webp"
SIZE = (640, 426)  # of both
BRING = """([way, name, bytes]) => {
    const brought = new DataTransfer();
    brought.items.add(new File([new Uint8Array(bytes)], name, { type: "image/webp" }));
    const event = way === "drop"
        ? new DragEvent("drop", { dataTransfer: brought, bubbles: true, cancelable: true })
        : new ClipboardEvent("paste", { clipboardData: brought, bubbles: true });
    document.body.dispatchEvent(event);
}"""
PAINTED = """(mask) => {
    const copy = new OffscreenCanvas(mask.width, mask.height).getContext("2d");
    copy.drawImage(mask, 0, 0);
    const { data } = copy.getImageData(0, 0, mask.width, mask.height);
    return data.filter((value, at) => at % 4 === 3 && value > 127).length;
}"""


@pytest.fixture
def bea(visit: Visit) -> Visitor:
    """Somebody with an account, at a desk."""
    return signed_in(visit())


def signed_in(visitor: Visitor) -> Visitor:
    visitor.registers(f"bea{id(visitor)}@limn.example")
    return visitor


def opens(visitor: Visitor, tool: str, *files: Path) -> None:
    visitor.page.goto(f"/tools/{tool}")
    if files:
        visitor.page.locator("input[name=image]").set_input_files(files)


def rows(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("list", name="Files").get_by_role("listitem")


def result(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("complementary", name="Result")


def download_link(visitor: Visitor) -> Locator:
    return result(visitor).get_by_role("link", name="Download")


def downloads(visitor: Visitor, link: Locator) -> Path:
    expect(link).to_be_visible(timeout=PATIENCE)
    with visitor.page.expect_download(timeout=PATIENCE) as told:
        link.click()
    download: Download = told.value
    return download.path().rename(download.path().with_name(download.suggested_filename))


def test_a_picture_is_converted_and_downloaded(bea: Visitor) -> None:
    opens(bea, "convert", FOX)
    bea.page.get_by_text("PNG", exact=True).first.click()
    expect(bea.page.get_by_role("button", name="Convert")).to_contain_text("10 credits")
    bea.presses("Convert")
    file = downloads(bea, download_link(bea))
    assert file.name == "fox.png"
    with Image.open(file) as image:
        assert (image.format, image.size) == ("PNG", SIZE)
    expect(result(bea)).to_contain_text("WEBP")
    bea.sees_balance(90)


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_file_may_be_dropped_anywhere_or_pasted(bea: Visitor, way: str) -> None:
    opens(bea, "upscale")
    bea.page.evaluate(BRING, [way, "fox.webp", list(FOX.read_bytes())])
    expect(rows(bea)).to_contain_text("fox.webp")
    expect(bea.page.get_by_role("img", name="fox.webp")).to_have_js_property("naturalWidth", SIZE[0])
    expect(bea.page.get_by_text("5120 × 3408")).to_be_visible()


def test_many_files_fill_in_and_come_as_one_archive(bea: Visitor) -> None:
    opens(bea, "resize", FOX, REEF)
    expect(bea.page.get_by_role("button", name="Resize")).to_contain_text("20 credits")
    bea.page.get_by_label("Width").fill("64")
    bea.presses("Resize")
    for row in rows(bea).all():
        expect(row).to_contain_text("done", timeout=PATIENCE)
    archive = downloads(bea, bea.page.get_by_role("link", name=re.compile("All.*as ZIP")))
    assert sorted(ZipFile(archive).namelist()) == ["fox.webp", "reef.webp"]


def test_before_and_after_are_compared_by_keyboard(bea: Visitor) -> None:
    opens(bea, "rotate", FOX)
    bea.page.get_by_text("Left and right").click()
    bea.presses("Rotate and flip")
    handle = bea.page.get_by_role("slider", name="How much of before")
    handle.press("End", timeout=PATIENCE)
    handle.press("ArrowLeft")
    assert handle.evaluate("(handle) => handle.parentElement.style.getPropertyValue('--at')") == "99%"


def test_a_result_goes_on_to_another_tool(bea: Visitor) -> None:
    opens(bea, "resize", FOX)
    bea.presses("Resize")
    result(bea).get_by_role("link", name="Rotate and flip").click(timeout=PATIENCE)
    expect(bea.page).to_have_url(re.compile(r"/tools/rotate\?job="))
    expect(bea.page.get_by_role("img", name="fox.webp")).to_be_visible()
    bea.presses("Rotate and flip")
    with Image.open(downloads(bea, download_link(bea))) as image:
        assert image.size == (SIZE[1] // 2, SIZE[0] // 2)


def test_a_result_is_made_again_with_other_options(bea: Visitor) -> None:
    opens(bea, "resize", FOX)
    bea.presses("Resize")
    expect(result(bea)).to_contain_text("320 × 213", timeout=PATIENCE)
    bea.page.get_by_label("Width").fill("100")
    bea.presses("Resize")
    expect(result(bea)).to_contain_text("100 × 67", timeout=PATIENCE)
    expect(rows(bea)).to_have_count(2)
    bea.sees_balance(80)


def test_options_that_mean_nothing_are_hidden(bea: Visitor) -> None:
    opens(bea, "convert")
    for option, there in (("PNG", False), ("JPG", True)):
        bea.page.get_by_text(option, exact=True).first.click()
        expect(bea.page.get_by_label("Background")).to_be_visible(visible=there)


def test_a_rectangle_is_drawn_and_cut_out(bea: Visitor) -> None:
    opens(bea, "crop", FOX)
    bea.page.get_by_text("My own rectangle").click()
    frame = bea.page.get_by_role("group", name="The rectangle to keep")
    box = frame.bounding_box()
    assert box is not None
    bea.page.mouse.move(box["x"] + 10, box["y"] + 10)
    bea.page.mouse.down()
    bea.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
    bea.page.mouse.up()
    frame.press("ArrowRight")
    width, height = (int(bea.page.get_by_label(name, exact=True).input_value()) for name in ("Width", "Height"))
    assert abs(width - 0.4 * SIZE[0]) < 20
    bea.presses("Crop")
    with Image.open(downloads(bea, download_link(bea))) as image:
        assert image.size == (width, height)


def test_a_mask_is_brushed_by_hand_and_keys_and_opens_again(bea: Visitor) -> None:
    opens(bea, "magic-edit", FOX)
    mask = bea.page.get_by_role("application", name="The mask")
    mask.drag_to(mask, source_position={"x": 100, "y": 100}, target_position={"x": 300, "y": 200})
    by_hand = mask.evaluate(PAINTED)
    bea.page.keyboard.press("[")
    for key in ("ArrowRight", "Space", "ArrowRight", "Space"):
        mask.press(key)
    by_both = mask.evaluate(PAINTED)
    assert 0 < by_hand < by_both
    mask.press("Control+z")
    mask.press("Control+z")
    assert mask.evaluate(PAINTED) == by_hand
    bea.presses("Redo")
    assert by_hand < mask.evaluate(PAINTED) < by_both
    drawn = mask.evaluate(PAINTED)

    bea.page.get_by_label("Prompt").fill("a red balloon")
    bea.presses("Paint it")
    result(bea).get_by_role("link", name="Brush again").click(timeout=PATIENCE)
    expect(bea.page.get_by_label("Prompt")).to_have_value("a red balloon")
    expect(mask).to_be_visible()
    assert mask.evaluate(PAINTED) == pytest.approx(drawn, rel=0.02)


def test_another_background_shows_at_once_and_costs_nothing(bea: Visitor) -> None:
    opens(bea, "remove-background", FOX)
    bea.presses("Remove background")
    expect(download_link(bea)).to_be_visible(timeout=PATIENCE)
    bea.sees_balance(90)
    bea.presses("Apricot")
    behind = bea.page.locator("[data-behind]")
    expect(behind).to_have_css("background-color", "rgb(242, 185, 138)")
    with Image.open(downloads(bea, download_link(bea))) as image:
        assert image.convert("RGB").getpixel((2, 2)) == (242, 185, 138)
    bea.sees_balance(90)


def test_what_a_browser_cannot_show_is_drawn_before_it_is_sent(bea: Visitor, tmp_path: Path) -> None:
    Image.new("RGB", (300, 200), "#d2452b").save(tmp_path / "scan.tiff")
    opens(bea, "upscale", tmp_path / "scan.tiff")
    expect(bea.page.get_by_text("600 × 400")).to_be_visible(timeout=PATIENCE)
    expect(bea.page.get_by_role("img", name="scan.tiff")).to_have_js_property("naturalWidth", 300)
    bea.sees_balance(100)


def test_a_file_too_large_is_named_before_it_is_sent(bea: Visitor, tmp_path: Path) -> None:
    with (tmp_path / "huge.png").open("wb") as file:
        file.truncate(26 * 1024 * 1024)
    opens(bea, "compress", tmp_path / "huge.png", FOX)
    expect(rows(bea).filter(has_text="huge.png")).to_contain_text("25 MB is the most")
    expect(bea.page.get_by_role("button", name="Compress")).to_contain_text("10 credits")


def test_what_is_no_picture_is_told_in_its_row(bea: Visitor, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("Buy milk and bread.\n" * 20)
    opens(bea, "compress", tmp_path / "notes.txt")
    bea.presses("Compress")
    expect(rows(bea)).to_contain_text("no picture")
    expect(rows(bea)).to_contain_text("Nothing was charged")
    bea.sees_balance(100)


def test_it_works_by_keyboard_alone(bea: Visitor) -> None:
    opens(bea, "compress")
    tab_to(bea.page.get_by_role("button", name="A fox beside a river"))
    with bea.page.expect_response(lambda answer: "pictures/fox" in answer.url):
        bea.page.keyboard.press("Enter")
    tab_to(bea.page.get_by_role("button", name="Compress"))
    bea.page.keyboard.press("Enter")
    expect(download_link(bea)).to_be_visible(timeout=PATIENCE)
    tab_to(download_link(bea))


def test_it_works_without_scripts(visit: Visit) -> None:
    plain = signed_in(visit(java_script_enabled=False))
    opens(plain, "rotate", FOX, REEF)
    plain.presses("Rotate and flip")
    expect(plain.page).to_have_url(re.compile(r"/tools/rotate\?batch="))
    for row in rows(plain).all():
        expect(row).to_contain_text("done", timeout=PATIENCE)
    with Image.open(downloads(plain, download_link(plain))) as image:
        assert image.size == SIZE[::-1]


def test_it_works_on_a_phone(visit: Visit) -> None:
    phone = signed_in(visit(**PHONE))
    opens(phone, "compress")
    with phone.page.expect_response(lambda answer: "pictures/fox" in answer.url):
        phone.page.get_by_role("button", name="A fox beside a river").tap()
    phone.page.get_by_role("button", name="Compress").tap()
    expect(download_link(phone)).to_be_visible(timeout=PATIENCE)
    assert phone.page.evaluate("document.documentElement.scrollWidth") == 390
