"""Take the README's screenshot from the running assistant: `make run`, then `.venv/bin/python scripts/screenshot.py`.

Asks in the widget on the demonstration page as a student would. Needs Chromium (CHROMIUM names it when it is not
/usr/bin/chromium).
"""

import argparse
import os
from pathlib import Path

from playwright.sync_api import FrameLocator, sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "screenshot.png"
QUESTIONS = ("What does a room in the INSA residences cost?",)
QUIET = ("--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync")


def main() -> None:
    """Ask, wait for the answers, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT', '8080')}/demo")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--width", type=int, default=1080)
    parser.add_argument("--height", type=int, default=760)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--language", choices=("en", "fr"), default="en")
    parser.add_argument("--question", action="append", help="ask this instead; may be given several times")
    arguments = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), chromium_sandbox=False, args=QUIET
        )
        page = browser.new_page(
            viewport={"width": arguments.width, "height": arguments.height},
            color_scheme="dark" if arguments.dark else "light",
            reduced_motion="reduce",
        )
        page.goto(arguments.url)
        page.locator("welcome-assistant button").wait_for()
        page.evaluate("(language) => WelcomeAssistant.setLanguage(language)", arguments.language)
        page.locator("welcome-assistant button").click()
        chat = page.frame_locator("welcome-assistant iframe")
        chat.locator(".message").first.wait_for()
        for question in arguments.question or QUESTIONS:
            ask(chat, question)
        page.screenshot(path=arguments.target)
        browser.close()


def ask(chat: FrameLocator, question: str) -> None:
    """Type a question and wait until the answer stands there."""
    answers = chat.locator(".message.assistant")
    before = answers.count()
    chat.locator("#text").fill(question)
    chat.locator("#text").press("Enter")
    answers.nth(before).wait_for()
    chat.locator(".sending").wait_for(state="detached")


if __name__ == "__main__":
    main()
