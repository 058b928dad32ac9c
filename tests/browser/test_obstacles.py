"""No page puts an obstacle in the way of those who see, hear or point differently: axe finds none."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from tests.browser.conftest import Visit
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.skips import AXE

TOOL_PAGES = ("/tools", "/tools/convert", "/tools/magic-edit")
OPEN_PAGES = ("/generate", *TOOL_PAGES, "/pricing", "/login", "/register", "/nowhere")
OWN_PAGES = ("/history", "/account", "/account/keys", "/account/webhooks", "/credits", "/tools/remove-background")
FINDING = "async () => (await axe.run()).violations.map((found) => `${found.id}: ${found.nodes[0].html}`)"


def obstacles(visitor: Visitor) -> Any:
    """What axe finds. It is evaluated, for the page lets no foreign script in."""
    visitor.page.evaluate(AXE.read_text())
    return visitor.page.evaluate(FINDING)


@pytest.mark.needs("chromium", "axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_pages_for_everybody(visit: Visit, device: dict[str, Any], theme: str) -> None:
    visitor = visit(**device, color_scheme=theme, reduced_motion="reduce")
    for path in OPEN_PAGES:
        visitor.page.goto(path)
        assert obstacles(visitor) == [], path


@pytest.mark.needs("chromium", "axe")
def test_pages_of_ones_own(ann: Visitor) -> None:
    for path in OWN_PAGES:
        ann.page.goto(path)
        assert obstacles(ann) == [], path


@pytest.mark.needs("chromium", "axe")
def test_a_finished_job_on_its_tools_page(ann: Visitor) -> None:
    ann.page.goto("/tools/rotate")
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    picture = {"name": "teal.png", "mimeType": "image/png", "buffer": out.getvalue()}
    ann.page.set_input_files("input[name=image]", picture)  # type: ignore[arg-type]
    ann.page.locator("form button[type=submit]:visible").last.click()
    ann.page.get_by_role("link", name="Download").first.wait_for()
    assert obstacles(ann) == []
