"""Take the picture of the staff console for its page in docs/, from the running assistant.

`make run`, make an account (`.venv/bin/python -m bot staff add`), then:
`STAFF_PASSWORD=... .venv/bin/python scripts/console_screenshot.py ada@school.example`. Asks as students would first.
Needs Chromium (CHROMIUM names it when it is not /usr/bin/chromium).
"""

import argparse
import json
import os
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

TARGET = Path(__file__).resolve().parent.parent / "docs" / "console.png"
CONVERSATIONS = (
    ("What does a room in the INSA residences cost?", "Until when can I apply for the second semester?"),
    ("Quels cours sont enseignés en anglais au semestre 9 ?",),
    ("Can I bring my parrot?",),
    ("Comment payer la CVEC ?", "et combien ça coûte ?"),
    ("Which papers do I need for the visa?", "I want to talk to a person"),
)


def main() -> None:
    """Ask, sign in, write the picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("email", help="of an account of the console; its password is in STAFF_PASSWORD")
    parser.add_argument("--url", default=f"http://127.0.0.1:{os.environ.get('PORT', '8080')}")
    parser.add_argument("--page", default="", help="such as /numbers")
    parser.add_argument("--target", type=Path, default=TARGET)
    parser.add_argument("--width", type=int, default=1200)
    parser.add_argument("--height", type=int, default=820)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--silent", action="store_true", help="ask nothing first")
    arguments = parser.parse_args()
    for questions in () if arguments.silent else CONVERSATIONS:
        converse(arguments.url, questions)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), chromium_sandbox=False
        )
        page = browser.new_page(
            viewport={"width": arguments.width, "height": arguments.height},
            color_scheme="dark" if arguments.dark else "light",
        )
        page.goto(f"{arguments.url}/staff")
        page.locator("[name=email]").fill(arguments.email)
        page.locator("[name=password]").fill(os.environ["STAFF_PASSWORD"])
        page.locator("main button.primary").click()
        page.locator("nav").first.wait_for()
        page.wait_for_timeout(2000)  # until the log has what was just said
        page.goto(f"{arguments.url}/staff{arguments.page}")
        page.screenshot(path=arguments.target)
        browser.close()


def converse(url: str, questions: tuple) -> None:
    """Ask some questions in a conversation of their own."""
    token = call(f"{url}/api/conversations", {"language": None})["token"]
    for question in questions:
        call(f"{url}/api/messages", {"text": question}, token)


def call(url: str, body: dict, token: str = "") -> dict:
    """Post JSON to the chat API; return its answer."""
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)  # noqa: S310 - an address given by hand
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        return json.load(answer)


if __name__ == "__main__":
    main()
