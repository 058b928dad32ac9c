"""Prices in a real browser: the switch and the calculator with scripts and without, by keyboard, large and narrow."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import Visit
from tests.browser.test_comfort import tab_to
from tests.browser.test_obstacles import obstacles
from tests.browser.visitor import DESKTOP, PHONE, Visitor

pytestmark = pytest.mark.needs("chromium")

OWN_PAGES = ("/pricing", "/account/billing", "/account/spending", "/credits")


def plan(visitor: Visitor, title: str) -> Locator:
    return visitor.page.get_by_role("region", name=title, exact=True)


def answer(visitor: Visitor) -> Locator:
    return visitor.page.locator("#reckoned")


@pytest.fixture(params=[True, False], ids=["with scripts", "without"])
def shopper(request: pytest.FixtureRequest, visit: Visit) -> Visitor:
    """Somebody who looks at the prices."""
    visitor = visit(java_script_enabled=request.param)
    visitor.page.goto("/pricing")
    return visitor


class TestSwitch:
    def test_it_shows_the_year_and_the_month(self, shopper: Visitor) -> None:
        expect(plan(shopper, "Pro").get_by_text("$14.99", exact=True)).to_be_visible()
        shopper.page.get_by_text("Yearly · save 17 to 19%").click()
        expect(plan(shopper, "Pro").get_by_text("$149.99", exact=True)).to_be_visible()
        expect(plan(shopper, "Pro").get_by_text("$14.99", exact=True)).to_be_hidden()
        shopper.page.get_by_text("Monthly", exact=True).click()
        expect(plan(shopper, "Max").get_by_text("$29.99", exact=True)).to_be_visible()

    def test_each_plan_has_one_button_at_a_time(self, shopper: Visitor) -> None:
        way = plan(shopper, "Pro").get_by_role("link", name="Try 7 days free")
        expect(way).to_have_count(1)
        assert "month" in (way.get_attribute("href") or "")
        shopper.page.get_by_text("Yearly · save").click()
        expect(way).to_have_count(1)
        assert "year" in (way.get_attribute("href") or "")

    def test_it_moves_by_the_arrow_keys(self, visit: Visit) -> None:
        visitor = visit()
        visitor.page.goto("/pricing")
        tab_to(visitor.page.get_by_role("radio", name="Monthly"))
        visitor.page.keyboard.press("ArrowRight")
        expect(visitor.page.get_by_role("radio", name="Yearly")).to_be_checked()
        expect(plan(visitor, "Max").get_by_text("$289.99", exact=True)).to_be_visible()


class TestCalculator:
    def test_it_answers_while_one_writes(self, visit: Visit) -> None:
        visitor = visit()
        visitor.page.goto("/pricing")
        visitor.page.get_by_label("Pictures a month").fill("300")
        expect(answer(visitor)).to_contain_text("Max: $29.99 a month")
        visitor.page.get_by_text("Ultra", exact=True).click()
        expect(answer(visitor)).to_contain_text("300 pictures take 15,000 credits.")
        assert visitor.page.url.endswith("/pricing")

    def test_without_scripts_a_button_answers_and_keeps_the_interval(self, visit: Visit) -> None:
        visitor = visit(java_script_enabled=False)
        visitor.page.goto("/pricing")
        visitor.page.get_by_text("Yearly · save").click()
        visitor.page.get_by_label("Pictures a month").fill("20")
        visitor.presses("Work it out")
        expect(answer(visitor)).to_contain_text("2 packs of 10: $10 a month")
        expect(visitor.page.get_by_role("radio", name="Yearly")).to_be_checked()
        assert "#calculator" in visitor.page.url


class TestChange:
    def test_what_it_would_do_stands_beneath_the_plans_before_it_is_confirmed(self, ann: Visitor) -> None:
        page = ann.page
        page.goto("/pricing")
        plan(ann, "Max").get_by_role("button", name="Choose Max").click()
        page.get_by_role("button", name=re.compile("^Pay")).click()
        expect(page.get_by_text("Max, a month. It renews on")).to_be_visible()
        page.goto("/pricing")
        plan(ann, "Pro").get_by_role("link", name="Change to Pro").click()
        expect(page.get_by_text("Nothing is due now. Your plan goes on as it is until")).to_be_in_viewport()
        ann.presses("Go on to confirm")
        ann.presses("Change to Pro")
        expect(page.get_by_text("from then on Pro, a month for $14.99.")).to_be_visible()


class TestManners:
    def test_the_questions_open_by_keyboard(self, visit: Visit) -> None:
        visitor = visit()
        visitor.page.goto("/pricing")
        question = visitor.page.get_by_text("What if a picture fails?")
        tab_to(question)
        visitor.page.keyboard.press("Enter")
        expect(visitor.page.get_by_text("Nothing is charged. Credits are set aside")).to_be_visible()

    @pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
    def test_nothing_is_wider_than_the_window(self, visit: Visit, size: dict[str, object]) -> None:
        visitor = visit(**size)
        visitor.page.goto("/pricing?interval=year")
        width = visitor.page.evaluate("innerWidth")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == width

    def test_at_twice_the_size_all_of_it_fits(self, visit: Visit) -> None:
        visitor = visit(viewport={"width": 720, "height": 530}, device_scale_factor=2)
        visitor.page.goto("/pricing?interval=year")
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == 720
        expect(plan(visitor, "Max").get_by_role("link", name="Choose Max")).to_be_visible()


class TestOwnPages:
    @pytest.mark.needs("axe")
    def test_none_puts_an_obstacle_in_the_way_or_is_too_wide(self, ann: Visitor) -> None:
        for path in OWN_PAGES:
            ann.page.goto(path)
            assert obstacles(ann) == [], path
            assert ann.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, path

    def test_a_cap_is_set_and_stops_the_next_picture(self, ann: Visitor) -> None:
        ann.page.goto("/account/spending")
        ann.page.get_by_label("Credits a month").fill("10")
        ann.presses("Set the cap")
        expect(ann.page.get_by_text("A month costs 10 credits at most from now on.")).to_be_visible()
        ann.writes("a red fox")
        ann.presses("Paint it")
        expect(ann.page.get_by_text("That is beyond your cap")).to_be_visible()
        ann.page.get_by_role("link", name="See your spending").click()
        expect(ann.page).to_have_url(re.compile("/account/spending$"))

    def test_the_statement_is_filtered_and_taken_along(self, ann: Visitor) -> None:
        ann.page.goto("/credits")
        ann.page.get_by_role("navigation", name="Which lines").get_by_role("link", name="Spent").click()
        expect(ann.page.get_by_text("Nothing of that sort.")).to_be_visible()
        ann.page.get_by_role("link", name="All lines").click()
        with ann.page.expect_download() as download:
            ann.page.get_by_role("link", name="Download as CSV").click()
        assert download.value.suggested_filename == "credits.csv"
