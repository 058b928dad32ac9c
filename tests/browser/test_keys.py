"""An API key, from the press that makes it to the program that uses it."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor

pytestmark = pytest.mark.needs("chromium")


def test_it_is_made_copied_used_and_revoked(ann: Visitor, site: str) -> None:
    page = ann.page
    page.goto("/account/keys")
    page.get_by_label("Name").fill("newsletter")
    page.get_by_label("work on pictures").uncheck()
    page.get_by_label("Most credits a month").fill("500")
    page.get_by_role("button", name="Make the key").click()
    key = page.locator(".secret").inner_text()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_text("Copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == key
    assert httpx.get(f"{site}/api/me", headers={"X-API-Key": key}).status_code == 200
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No keys yet")).to_be_visible()
    assert httpx.get(f"{site}/api/me", headers={"X-API-Key": key}).status_code == 401


def test_a_page_with_a_new_key_can_be_loaded_again(ann: Visitor) -> None:
    page = ann.page
    page.goto("/account/keys")
    page.get_by_label("Name").fill("newsletter")
    page.get_by_role("button", name="Make the key").click()
    first = page.locator(".secret").inner_text()
    page.get_by_role("button", name="Rotate").click()
    expect(page.locator(".secret")).not_to_have_text(first)
    expect(page.get_by_text("the one before opens until")).to_be_visible()
    rotated = page.locator(".secret").inner_text()
    page.reload()
    assert page.locator(".secret").inner_text() == rotated
    page.goto(page.url)
    expect(page.get_by_role("heading", name="Your keys")).to_be_visible()
    expect(page.locator(".secret")).to_have_count(0)
