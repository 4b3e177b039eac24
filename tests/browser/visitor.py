"""Somebody at a browser, who notices what goes wrong."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Literal, Self

from playwright.sync_api import Browser, ConsoleMessage, Page

DESKTOP = (1280, 900)
PHONE = (390, 844)
Scheme = Literal["light", "dark"]


class Visitor:
    """A browser window of one size, in one colour scheme. ``complaints`` is what its console said was wrong."""

    def __init__(
        self,
        browser: Browser,
        url: str,
        size: tuple[int, int] = DESKTOP,
        scheme: Scheme = "light",
        scripts: bool = True,
    ) -> None:
        self._url = url
        self._context = browser.new_context(
            base_url=url,
            viewport={"width": size[0], "height": size[1]},
            color_scheme=scheme,
            java_script_enabled=scripts,
            permissions=["clipboard-read", "clipboard-write"],
        )
        self._context.set_default_timeout(60_000)
        self.complaints: list[str] = []
        self.page: Page = self._context.new_page()
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: BaseException | None, _traceback: TracebackType | None
    ) -> None:
        self._context.close()
        if kind is None:
            assert self.complaints == []

    def sign_in(self, key: str) -> None:
        """Sign in with an API key."""
        self.page.goto("/sign-in")
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("main").get_by_role("button", name="Sign in").click()
        self.page.wait_for_url(f"{self._url}/")

    def overflow(self) -> int:
        """By how many pixels the page is wider than the window."""
        wider: Any = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return int(wider)

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is an error is asked for on purpose; Chromium reports its status as an error too.
        if message.type in ("error", "warning") and "the server responded with a status of" not in message.text:
            self.complaints.append(message.text)
