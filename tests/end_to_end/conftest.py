"""A browser at the staff console of the running assistant."""

import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from playwright.sync_api import sync_playwright

from bot.settings import PROJECT_ROOT

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
EMAIL, PASSWORD = "staff@school.example", "a long password"


@pytest.fixture(scope="session")
def console(assistant):
    """The address of the console of the running assistant, with an account."""
    command = [sys.executable, "-m", "bot", "staff", "add", EMAIL, "--name", "Ada Martin", "--role", "admin"]
    added = subprocess.run(
        command, cwd=PROJECT_ROOT, env={**os.environ, "VAR_DIR": str(assistant.var)}, input=f"{PASSWORD}\n",
        capture_output=True, text=True,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    return f"{assistant.url}/staff"


@pytest.fixture(scope="module")
def browser(program):
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)


@pytest.fixture
def open_console(browser, console):
    """Sign in with a browser of a theme and a size; faults of scripts and of the security policy fail the test."""
    contexts, faults = [], []

    def start(**options):
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(console)
        page.get_by_label("E-mail address").fill(EMAIL)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        page.wait_for_url(console)
        return page

    yield start
    for context in contexts:
        context.close()
    assert faults == []


def _until(page, locator, path):
    for _ in range(40):
        page.goto(path)
        if locator.count():
            return
        page.wait_for_timeout(250)
    raise AssertionError(f"{locator} did not appear at {path}")


@pytest.fixture
def staff():
    """What tests do again and again: `staff.until` reloads a page until what students just said is in the log."""
    return SimpleNamespace(until=_until)
