"""A real browser on a real web process. Without a Chromium these tests are skipped, unless one is required."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from shared.stack import Stack
from tests.browser.visitor import Visitor
from tests.integration.web.web_process import web_process

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """The installed Chromium."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = f"No Chromium is installed: none of {', '.join(_NAMES)} is on the PATH."
        if os.environ.get("BOTTEGA_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One browser a module: Playwright's event loop must not outlive the tests that need it."""
    with sync_playwright() as playwright:
        # What a page says at once on a machine of its own may take longer beside everything else that a suite runs.
        expect.set_options(timeout=20_000)
        opened = playwright.chromium.launch(executable_path=chromium_path, args=_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def web_url(servers: Stack, short_folder: Path) -> Iterator[str]:
    """The web as `bottega up` starts it, on the suite's servers; its address."""
    with web_process(servers.environment, short_folder / "browsed") as stack:
        assert stack.web_url is not None
        yield stack.web_url


@pytest.fixture
def visitor(browser: Browser, web_url: str, models: None, api_key: str) -> Iterator[Visitor]:
    """Somebody signed in, on a desktop."""
    with Visitor(browser, web_url) as person:
        person.sign_in(api_key)
        yield person


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """The visitor's page."""
    return visitor.page
