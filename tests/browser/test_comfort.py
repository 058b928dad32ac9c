"""Light or dark, with the keyboard alone, at both sizes: the page keeps its manners."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.visitor import PHONE, Visitor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

PAGES = ("/generate", "/tools", "/tools/crop", "/history", "/login", "/register")
PAPER = {"light": "rgb(251, 249, 244)", "dark": "rgb(22, 21, 19)"}


def paper(visitor: Visitor) -> str:
    return str(visitor.page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_theme_follows_the_system(visit: Visit, theme: str) -> None:
    visitor = visit(color_scheme=theme)
    visitor.page.goto("/generate")
    assert paper(visitor) == PAPER[theme]


@pytest.mark.parametrize(("system", "chosen"), [("light", "Dark"), ("dark", "Light")])
def test_a_chosen_theme_is_remembered(visit: Visit, system: str, chosen: str) -> None:
    visitor = visit(color_scheme=system)
    visitor.page.goto("/generate")
    visitor.page.get_by_title(chosen).click()
    for path in PAGES:
        assert paper(visitor) == PAPER[chosen.lower()]
        visitor.page.goto(path)
    expect(visitor.page.get_by_role("radio", name=chosen)).to_be_checked()


def test_the_keyboard_reaches_the_prompt_and_then_the_button_and_shows_where_it_is(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto("/generate")
    for place in (visitor.prompt, visitor.page.get_by_role("button", name="Paint it")):
        tab_to(place)
        focused = visitor.page.screenshot()
        place.blur()
        assert visitor.page.screenshot() != focused


def test_a_picture_can_be_painted_without_a_mouse(visit: Visit) -> None:
    visitor = visit()
    visitor.page.goto("/generate")
    tab_to(visitor.prompt)
    visitor.page.keyboard.type("a red fox")
    tab_to(visitor.page.get_by_role("button", name="Paint it"))
    visitor.page.keyboard.press("Enter")
    visitor.sees_picture("a red fox")


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_wider_than_a_phone(visit: Visit, path: str) -> None:
    visitor = visit(**PHONE)
    visitor.page.goto(path)
    assert visitor.page.evaluate("document.documentElement.scrollWidth") == 390


def tab_to(place: Locator) -> None:
    for _ in range(60):
        place.page.keyboard.press("Tab")
        if place.evaluate("(place) => place === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {place}")
