"""A whole Limn as `make run` serves it, and people with a real browser in front of it."""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests import skips
from tests.browser.visitor import DESKTOP, PHONE, Visitor
from tests.listed import listed
from tests.sites import running_site
from tests.skips import require

MODELS = """
[[model]]
name = "illustrator"
engine = "illustrator"

[[model]]
name = "slow"
engine = "illustrator"
title = "The slow one"
good_at = "Taking its time"
price = 1.55
"""
LIMITS = {"ANONYMOUS_PER_NETWORK": "1000", "SIGN_UPS_PER_HOUR": "1000"}  # everybody here comes from one network

Visit = Callable[..., Visitor]

_numbers = count(1)


@pytest.fixture(scope="package")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    folder = tmp_path_factory.mktemp("site")
    with running_site(folder, MODEL_LIST=str(listed(folder, MODELS)), **LIMITS) as running:
        yield running.address


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    require("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=skips.chromium(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """Lets somebody new in, each with cookies of their own. Nobody may leave with a complaint of the browser."""
    visitors = []

    def enter(**options: Any) -> Visitor:
        context = chromium.new_context(base_url=site, **{**DESKTOP, **options})
        visitors.append(Visitor(context, touches=bool(options.get("has_touch"))))
        return visitors[-1]

    yield enter
    for visitor in visitors:
        visitor.page.context.close()
    assert [complaint for visitor in visitors for complaint in visitor.complaints] == []


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def anyone(request: pytest.FixtureRequest, visit: Visit) -> Visitor:
    """A visitor at a desk, and one with a phone."""
    return visit(**request.param)


@pytest.fixture
def ann(anyone: Visitor) -> Visitor:
    """Somebody who has just made an account through the page."""
    anyone.registers(f"ann{next(_numbers)}@limn.example")
    return anyone
