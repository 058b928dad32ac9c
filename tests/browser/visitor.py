"""Somebody in front of a browser: what they do by the names they see, and what the browser complains about."""

import re
from typing import Any

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, expect

PASSWORD = "correct horse battery"
DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 1060}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "device_scale_factor": 2,
    "is_mobile": True,
    "has_touch": True,
}
PATIENCE = 90_000  # milliseconds until a picture is there
REFUSED = re.compile(r"the server responded with a status of 4\d\d")  # a refusal is an answer; pages draw it
LISTEN = """addEventListener("securitypolicyviolation",
    (event) => console.error(`CSP: ${event.violatedDirective} ${event.blockedURI}`))"""


class Visitor:
    def __init__(self, context: BrowserContext, *, touches: bool = False) -> None:
        self.touches = touches
        context.add_init_script(LISTEN)
        context.set_default_timeout(PATIENCE / 3)
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not REFUSED.search(message.text):
            self.complaints.append(message.text)

    @property
    def prompt(self) -> Locator:
        return self.page.get_by_label("What should it show?")

    @property
    def stage(self) -> Locator:
        """The job one looks at, on the studio's page or on its own."""
        return self.page.get_by_role("main").get_by_role("article").first

    def writes(self, prompt: str) -> None:
        self.page.goto("/")
        self.prompt.fill(prompt)

    def sends(self) -> None:
        """As one does it there: by a tap, or without leaving the keys."""
        if self.touches:
            self.page.get_by_role("button", name="Paint it").tap()
        else:
            self.prompt.press("Control+Enter")

    def presses(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def paints(self, prompt: str = "a red fox in the snow") -> Locator:
        """Write, press and wait for the picture."""
        self.writes(prompt)
        self.presses("Paint it")
        return self.sees_picture(prompt)

    def sees_picture(self, prompt: str) -> Locator:
        """On the stage, whole."""
        picture = self.stage.get_by_role("img", name=prompt)
        expect(picture).to_be_visible(timeout=PATIENCE)
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("(picture) => picture.naturalWidth") > 0
        return picture

    def sees_balance(self, balance: int) -> None:
        expect(self.page.get_by_role("banner").get_by_text(f"{balance} credits")).to_be_visible()

    def registers(self, email: str) -> None:
        self.page.goto("/")
        self.page.get_by_role("banner").get_by_role("link", name="Sign in").click()
        self.page.get_by_role("main").get_by_role("link", name="Make an account").click()
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.presses("Make the account")
        self.sees_balance(100)
