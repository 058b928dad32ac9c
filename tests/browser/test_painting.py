"""From words to a picture, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.visitor import Visitor

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow]

WORDS = "a red fox in the snow"


def test_a_prompt_becomes_a_picture_while_one_watches(anyone: Visitor) -> None:
    anyone.writes(WORDS)
    anyone.sends()
    expect(anyone.stage).to_contain_text(re.compile("Next in line|Painting|Finishing"))
    anyone.sees_picture(WORDS)


def test_the_second_picture_wants_an_account(anyone: Visitor) -> None:
    anyone.paints()
    anyone.presses("Paint it")
    told = anyone.page.get_by_role("alert")
    expect(told).to_contain_text("That was your free picture")
    told.get_by_role("link", name="Make an account").click()
    expect(anyone.page).to_have_url(re.compile("/register"))


def test_the_balance_follows_every_picture(ann: Visitor) -> None:
    first = ann.paints(WORDS).get_attribute("src")
    ann.sees_balance(80)
    ann.presses("Again, other seed")
    ann.sees_balance(60)
    second = ann.sees_picture(WORDS).get_attribute("src")
    assert first != second
    ann.page.get_by_role("link", name="History").click()
    expect(ann.page.get_by_role("main").get_by_role("link", name=WORDS)).to_have_count(2)


def test_a_canceled_picture_costs_nothing(ann: Visitor) -> None:
    ann.writes(WORDS)
    ann.page.get_by_text("Ultra").click()
    ann.presses("Paint it")
    ann.sees_balance(50)
    ann.presses("Cancel")
    expect(ann.stage).to_contain_text("You called this one off")
    ann.sees_balance(100)


def test_too_few_credits_are_told_on_the_stage(ann: Visitor) -> None:
    ann.writes(WORDS)
    ann.page.get_by_text("Seed, several at once").click()
    ann.page.get_by_role("group", name="How many").get_by_text("4").click()
    ann.page.get_by_text("Ultra").click()
    expect(ann.page.get_by_role("button", name="Paint it")).to_contain_text("200 credits")
    ann.page.locator("label", has_text="The slow one").click()
    expect(ann.page.get_by_role("button", name="Paint it")).to_contain_text("310 credits")
    ann.presses("Paint it")
    expect(ann.page.get_by_role("alert")).to_contain_text("Not enough credits for this one")
    ann.sees_balance(100)


def test_a_prompt_that_is_too_short_is_told_beside_it(anyone: Visitor) -> None:
    anyone.writes("ab      ")
    anyone.presses("Paint it")
    expect(anyone.page.get_by_text("Prompt needs at least 3 characters.")).to_be_visible()
    expect(anyone.prompt).to_have_attribute("aria-invalid", "true")
    expect(anyone.prompt).to_be_focused()


def test_a_shared_picture_opens_for_a_stranger_until_sharing_is_off(ann: Visitor, visit: Visit) -> None:
    ann.paints(WORDS)
    address = ann.stage.get_by_role("link", name="Share").get_attribute("href") or ""
    stranger = visit().page
    stranger.goto(address)
    expect(stranger.get_by_role("heading", name=WORDS)).to_be_visible()
    image = stranger.locator('meta[property="og:image"]').get_attribute("content") or ""
    assert stranger.request.get(image).headers["content-type"] == "image/png"

    ann.presses("Stop sharing")
    expect(ann.stage).to_contain_text("Private: only you can open it.")
    for gone in (address, image):
        answer = stranger.goto(gone)
        assert answer is not None
        assert answer.status == 404


def test_it_works_without_scripts(visit: Visit) -> None:
    plain = visit(java_script_enabled=False)
    plain.writes(WORDS)
    plain.presses("Paint it")
    expect(plain.page).to_have_url(re.compile("/jobs/"))
    plain.sees_picture(WORDS)
