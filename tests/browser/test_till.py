"""The test checkout in a real browser: paid by keyboard, without scripts, and no obstacle on any of its pages."""

from itertools import count
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.test_comfort import tab_to
from tests.browser.test_obstacles import obstacles
from tests.browser.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.needs("chromium")

_numbers = count(1)


def goes_to_pay(visitor: Visitor) -> None:
    visitor.page.goto("/pricing")
    visitor.page.get_by_role("button", name="Try 7 days free").first.click()
    expect(visitor.page.get_by_role("main")).to_contain_text("No money moves")


def buys(visitor: Visitor) -> None:
    goes_to_pay(visitor)
    visitor.presses("Start the trial")
    expect(visitor.page.get_by_role("main")).to_contain_text("Pro, free until")


def stays_within_the_window(visitor: Visitor) -> bool:
    return bool(visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.needs("axe")
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_no_page_puts_an_obstacle_in_the_way(visit: Visit, device: dict[str, Any], theme: str) -> None:
    visitor = visit(**device, color_scheme=theme, reduced_motion="reduce")
    visitor.registers(f"tilda{next(_numbers)}@limn.example")
    goes_to_pay(visitor)
    assert obstacles(visitor) == []
    visitor.presses("Start the trial")
    visitor.page.goto("/account/billing")
    visitor.page.get_by_role("button", name="Card and invoices").click()
    portal = visitor.page.url
    for name in ("Change to Max, a month", "Change to Pro, a year"):
        visitor.page.goto(portal)
        assert obstacles(visitor) == []
        visitor.page.get_by_role("link", name=name).click()
        assert obstacles(visitor) == [], name
    visitor.page.goto(portal)
    visitor.page.locator("main a[href*='/invoices/']").click()
    assert obstacles(visitor) == []
    visitor.page.goto("/test-checkout")
    assert obstacles(visitor) == []
    assert stays_within_the_window(visitor)


def test_it_can_be_paid_by_keyboard_and_without_scripts(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)
    visitor.registers(f"tilda{next(_numbers)}@limn.example")
    goes_to_pay(visitor)
    tab_to(visitor.page.get_by_role("radio", name="A card that works ends in 4242"))
    visitor.page.keyboard.press("ArrowDown")
    expect(visitor.page.get_by_role("radio", name="A card that is declined")).to_be_checked()
    visitor.page.keyboard.press("ArrowUp")
    visitor.page.keyboard.press("Enter")
    expect(visitor.page.get_by_role("main")).to_contain_text("Pro, free until")


def test_a_declined_card_is_said_and_another_taken(visit: Visit) -> None:
    visitor = visit(java_script_enabled=False)  # with scripts the browser reports the status 402 as an error
    visitor.registers(f"tilda{next(_numbers)}@limn.example")
    goes_to_pay(visitor)
    visitor.page.get_by_text("A card that is declined").click()
    visitor.presses("Start the trial")
    expect(visitor.page.get_by_role("alert")).to_contain_text("Nothing was charged; choose another one.")
    visitor.page.get_by_text("A card that works", exact=True).click()
    visitor.presses("Start the trial")
    expect(visitor.page.get_by_role("main")).to_contain_text("Pro, free until")
