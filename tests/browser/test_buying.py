"""Somebody buys Pro, tries it, pays for it, leaves it, and is on Free again: in a real browser, months in minutes."""

import os
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LIMITS
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.sites import Site, running_site

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.slow, pytest.mark.timeout(600)]

FOLDER = os.environ.get("LIMN_SCREENSHOTS", "")  # where to leave what was seen


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for this alone: its clock is moved, for everybody there."""
    with running_site(tmp_path_factory.mktemp("shop"), **LIMITS) as running:
        yield running


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def buyer(request: pytest.FixtureRequest, chromium: Browser, shop: Site) -> Iterator["Buyer"]:
    """Somebody who has just made an account, and may not leave with a complaint of the browser."""
    context = chromium.new_context(base_url=shop.address, **request.param)
    buyer = Buyer(context, touches=bool(request.param.get("has_touch")))
    buyer.registers("bea@limn.example" if buyer.touches else "ann@limn.example")
    yield buyer
    context.close()
    assert buyer.complaints == []


class Buyer(Visitor):
    """A visitor with a calendar in hand."""

    seen = 0

    def looks(self) -> None:
        """Keep what is on the page, for somebody to look at."""
        if FOLDER:
            self.seen += 1
            kind = "phone" if self.touches else "desk"
            self.page.screenshot(path=f"{FOLDER}/{kind}-{self.seen:02}.png", full_page=True)

    def reads(self, words: str | re.Pattern[str]) -> None:
        expect(self.page.get_by_role("main")).to_contain_text(words)

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def waits(self, *steps: str) -> None:
        """The clock goes on."""
        self.opens("/test-checkout")
        for step in steps:
            before = self.page.locator("main time").first.inner_text()
            self.presses(step)
            expect(self.page.locator("main time").first).not_to_have_text(before)

    def asks(self, path: str) -> dict[str, Any]:
        return dict(self.page.request.get(path).json())

    def makes(self, prompt: str) -> dict[str, Any]:
        """A picture, as the API tells of it."""
        self.paints(prompt)
        [job] = re.findall(r"/jobs/(\w+)", self.page.content())[:1]
        return self.asks(f"/api/job/{job}")


def test_a_plan_from_its_first_day_to_its_last(buyer: Buyer, shop: Site) -> None:
    buys_pro(buyer)
    job = makes_a_picture_without_a_watermark(buyer)
    is_renewed_after_the_trial(buyer)
    cancels_and_keeps_the_plan(buyer)
    is_on_free_again_when_it_ends(buyer, shop, job)


def buys_pro(buyer: Buyer) -> None:
    buyer.opens("/pricing")
    buyer.looks()
    buyer.page.get_by_role("button", name="Try 7 days free").first.click()
    buyer.reads("No money moves")
    buyer.reads("Free for 7 days, then $14.99 a month until you cancel.")
    buyer.looks()
    buyer.presses("Start the trial")
    expect(buyer.page).to_have_url(re.compile("/account/billing"))
    buyer.reads("Pro, free until")
    buyer.looks()
    assert buyer.asks("/api/me")["credits"] == 5_100
    assert buyer.asks("/api/me")["plan"] == "pro"


def makes_a_picture_without_a_watermark(buyer: Buyer) -> str:
    job = buyer.makes("a red fox in the snow")
    assert (job["watermarked"], job["retention"]) == (False, "while your plan is active")
    buyer.opens(f"/jobs/{job['job_id']}")
    buyer.reads("Kept while your plan is active.")
    buyer.looks()
    return str(job["job_id"])


def is_renewed_after_the_trial(buyer: Buyer) -> None:
    buyer.waits("A week on", "A day on")
    buyer.looks()
    buyer.opens("/account/billing")
    buyer.reads("Pro, a month. It renews on")
    buyer.looks()
    assert receipts(buyer) == 1
    buyer.waits("A month on", "A day on")
    buyer.opens("/account/billing")
    assert receipts(buyer) == 2
    assert buyer.asks("/api/me")["plan"] == "pro"
    buyer.opens("/credits")
    buyer.looks()


def cancels_and_keeps_the_plan(buyer: Buyer) -> None:
    buyer.opens("/account/billing")
    buyer.page.get_by_role("main").get_by_role("button", name="Cancel", exact=True).click()
    buyer.presses("Cancel Pro")
    buyer.opens("/account/billing")
    buyer.reads("canceled. It stays until")
    buyer.looks()
    buyer.waits("A week on")
    assert buyer.asks("/api/me")["plan"] == "pro"
    assert buyer.asks("/api/me")["credits"] >= 5_000


def is_on_free_again_when_it_ends(buyer: Buyer, shop: Site, job: str) -> None:
    told = files_that_go(shop)
    buyer.waits("A week on", "A week on", "A week on", "A week on")
    buyer.opens("/account/billing")
    buyer.reads("You are on Free")
    buyer.looks()
    me = buyer.asks("/api/me")
    assert (me["plan"], me["watermarked"], me["retention"]) == ("free", True, "24 hours")
    assert buyer.asks(f"/api/job/{job}")["retention"] == "24 hours"
    shop.wait_until(lambda: files_that_go(shop) > told)
    assert buyer.page.request.get(f"/{job}?raw=1").status == 200


def files_that_go(shop: Site) -> int:
    """How often it was told of some."""
    return shop.output.read_text().count("file goes on")


def receipts(buyer: Buyer) -> int:
    return buyer.page.locator('main a[href^="/account/billing/receipts/"]').count()
