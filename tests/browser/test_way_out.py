"""The way from a button to Stripe's page, in a real browser: its policy for forms holds redirects, too."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests import skips
from tests.payments.recorder import Recorder
from tests.payments.shop import KEYS
from tests.sites import running_site

NOBODY = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"  # what leads out of here ends here


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[str]:
    """The address of a site that sells, with a Stripe of the test's own."""
    recorder = Recorder()
    recorder.sells_everything()
    try:
        with running_site(tmp_path, **KEYS, STRIPE_API_BASE=recorder.url) as running:
            yield running.address
    finally:
        recorder.close()


@pytest.mark.slow
def test_a_browser_follows_the_button_to_stripe(chromium: Browser, shop: str) -> None:
    alone = chromium.browser_type.launch(executable_path=skips.chromium(), args=["--no-sandbox", NOBODY])
    page = alone.new_context(base_url=shop).new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    assert page.request.post("/api/register", data={"email": "ann@limn.example", "password": "correct horse"}).ok
    page.goto("/pricing")
    try:
        with page.expect_request("https://checkout.stripe.com/**", timeout=20_000):
            page.locator('form[action="/checkout"] button[type=submit]').first.click()
    except Error as error:
        raise AssertionError(f"it stayed here: {said}") from error
    finally:
        alone.close()
    assert "https://checkout.stripe.com/cs_test_1" in asked
    assert not [line for line in said if "form-action" in line]
