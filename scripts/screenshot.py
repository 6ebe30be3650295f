"""Take the README's screenshot from the running assistant: `make run`, then `.venv/bin/python scripts/screenshot.py`.

Asks on the chat page as a student would. Needs Chromium (CHROMIUM names it when it
is not /usr/bin/chromium).
"""

import argparse
import os
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshot.png"
QUESTIONS = ("What does a room in the INSA residences cost?", "Until when can I apply for the second semester?")
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def main() -> None:
    """Ask, wait for the answers, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--width", type=int, default=1100)
    parser.add_argument("--height", type=int, default=1000)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--question", action="append", help="ask this instead; may be given several times")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), chromium_sandbox=False, args=QUIET
        )
        page = browser.new_page(
            viewport={"width": arguments.width, "height": arguments.height},
            color_scheme="dark" if arguments.dark else "light",
        )
        page.goto(arguments.url)
        for question in arguments.question or QUESTIONS:
            ask(page, question)
        page.screenshot(path=arguments.target)
        browser.close()


def ask(page: Page, question: str) -> None:
    """Type a question and wait until the answer stands there."""
    box = page.get_by_role("textbox")
    box.wait_for()
    messages = page.locator(".message")
    messages.first.wait_for()
    before = messages.count()
    box.fill(question)
    box.press("Enter")
    messages.nth(before + 1).wait_for()
    page.wait_for_timeout(500)


if __name__ == "__main__":
    main()
