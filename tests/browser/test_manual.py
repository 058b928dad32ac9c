"""The manual in a browser: nothing in the way, no page wider than the screen, and a call from its own page."""

from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from app.site.manual.pages import GUIDES
from tests.browser.conftest import Visit
from tests.browser.test_obstacles import obstacles
from tests.browser.visitor import DESKTOP, PHONE, Visitor

REFERENCE = ("pictures", "tools", "jobs", "keys", "webhooks", "key-dialect", "openai-dialect")
PAGES = ("/docs", *(f"/docs/{guide.slug}" for guide in GUIDES), *(f"/docs/reference/{slug}" for slug in REFERENCE))


@pytest.mark.needs("chromium", "axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_nothing_is_in_the_way(visit: Visit, device: dict[str, Any], theme: str) -> None:
    visitor = visit(**device, color_scheme=theme, reduced_motion="reduce")
    for path in PAGES:
        visitor.page.goto(path)
        assert obstacles(visitor) == [], path


@pytest.mark.needs("chromium")
@pytest.mark.parametrize("width", [320, 768, 1440])
def test_no_page_is_wider_than_the_screen(visit: Visit, width: int) -> None:
    visitor = visit(viewport={"width": width, "height": 800})
    for path in PAGES:
        visitor.page.goto(path)
        assert visitor.page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.needs("chromium")
def test_a_language_is_chosen_for_all_pages(anyone: Visitor) -> None:
    anyone.page.goto("/docs/quick-start")
    anyone.page.get_by_role("link", name="JavaScript").first.click()
    anyone.page.goto("/docs/reference/account")
    assert "await fetch(" in anyone.page.locator("#account_me pre").first.inner_text()


@pytest.mark.needs("chromium", "axe")
def test_an_endpoint_is_tried_on_its_own_page(ann: Visitor) -> None:
    ann.page.goto("/docs/reference/tools")
    endpoint = ann.page.locator("#tools_rotate")
    endpoint.get_by_text("Try it").click()
    out = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    picture: Any = {"name": "teal.png", "mimeType": "image/png", "buffer": out.getvalue()}
    endpoint.locator("input[name=image]").set_input_files(picture)
    endpoint.locator("input[name=angle]").fill("90")
    endpoint.get_by_role("button", name="Send it").click()
    told = endpoint.locator(".tried pre")
    told.wait_for()
    assert '"status": "succeeded"' in told.inner_text()
    assert ann.page.locator("#balance b").inner_text() == "90"
    assert obstacles(ann) == []
