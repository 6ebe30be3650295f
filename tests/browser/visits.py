"""A student's visit to a page with the widget, in a real browser."""

import json
from typing import Any, Dict, List, Optional
from urllib.parse import urlsplit

import jwt
import requests
from assistant import Assistant
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import BrowserContext, Error, Frame, Locator, Page, TimeoutError, expect

from bot.settings import PROJECT_ROOT
from bot.tokens import CHANNEL_TO_WEB, WEB_TO_CHANNEL, internal_token

PICTURES = PROJECT_ROOT / "tests" / "artefacts"
TIMEOUT = 15_000
ANSWER_TIMEOUT = 20_000
"""A machine under load."""
ONLY_HERE = {"resultTypes": ["violations"], "iframes": False}
expect.set_options(timeout=TIMEOUT)


class Visit:
    """One tab of one browser."""

    def __init__(self, page: Page, assistant: Assistant) -> None:
        self.page = page
        self.assistant = assistant
        self.faults: List[str] = []
        self.asked_hosts: set = set()
        page.set_default_timeout(TIMEOUT)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("request", lambda request: self.asked_hosts.add(urlsplit(request.url).netloc))

    def _hear(self, message: Any) -> None:
        # What the network refuses the browser reports as an error; the tests that cut the line expect that.
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("welcome-assistant button")

    @property
    def chat(self) -> Any:
        return self.page.frame_locator("welcome-assistant iframe")

    @property
    def frame(self) -> Frame:
        return next(frame for frame in self.page.frames if "/widget/frame" in frame.url)

    async def go(self, address: str) -> "Visit":
        await self.page.goto(address)
        await self.launcher.wait_for()
        return self

    async def open(self) -> "Visit":
        await self.launcher.click()
        await self.find(".message").first.wait_for()
        # Opening ends with the focus where the student goes on; a key pressed before would go to what has it then.
        await expect(self.find("#text:focus, #log:focus")).to_have_count(1)
        return self

    def find(self, selector: str) -> Locator:
        return self.chat.locator(selector)

    def button(self, name: str) -> Locator:
        return self.chat.get_by_role("button", name=name, exact=True)

    async def type(self, text: str) -> None:
        await self.find("#text").fill(text)
        await self.find("#text").press("Enter")

    async def ask(self, text: str) -> Locator:
        """Ask, wait for the answer, return its item."""
        answers = self.find(".message.assistant")
        before = await answers.count()
        await self.type(text)
        try:
            await answers.nth(before).wait_for(timeout=ANSWER_TIMEOUT)
        except TimeoutError:
            left = await self.find("#text").input_value()
            shown = await self.find("#messages").inner_text()
            raise AssertionError(f"no answer; in the field stands {left!r}; the page shows:\n{shown}") from None
        await expect(self.find(".sending, .waiting")).to_have_count(0)
        return answers.last

    async def texts(self) -> List[str]:
        return await self.find(".bubble").all_inner_texts()

    async def said(self) -> List[str]:
        """Return what the student said, as the page shows it."""
        return await self.find(".student .bubble").all_inner_texts()

    async def token(self) -> str:
        """Return the conversation's key: the frame keeps it, or the host where its storage is blocked."""
        try:
            kept = await self.frame.evaluate("localStorage.getItem('assistant.token')")
        except Error:
            kept = dict(json.loads(await self.page.evaluate("localStorage.getItem('welcome-assistant')")))["token"]
        return json.loads(kept)["value"]

    async def history(self) -> List[Dict[str, Any]]:
        """Return what the server holds of the conversation."""
        headers = {"Authorization": f"Bearer {await self.token()}"}
        response = requests.get(f"{self.assistant.url}/api/messages", headers=headers, timeout=30)
        assert response.status_code == 200, response.text
        return response.json()["messages"]

    async def conversation(self) -> str:
        """Return the id of the conversation, which stands in its token."""
        return jwt.decode(await self.token(), options={"verify_signature": False})["sub"]

    async def staff(self, act: str, **body: str) -> None:
        """Let a member of the staff act in the conversation, as the console does: take_over, messages, give_back."""
        response = requests.post(
            f"http://127.0.0.1:{self.assistant.ports['RASA_PORT']}/webhooks/staff/conversations/"
            f"{await self.conversation()}/{act}",
            json={"staff": "anna@school.example", **body},
            headers={"Authorization": f"Bearer {internal_token(self.assistant.secret, WEB_TO_CHANNEL)}"},
            timeout=30,
        )
        assert response.json() == {"delivered": True}, response.text

    async def deliver(self, **parts: Any) -> None:
        """Let any message arrive by itself, through the door by which the Rasa server hands such messages in."""
        newest = (await self.history())[-1]
        message = {
            "id": f"{int(newest['id']) + 100 + Visit._delivered:018d}",
            "time": newest["time"],
            "sender": "assistant",
            "text": "",
            "language": None,
            "buttons": [],
            "cards": [],
            "attachments": [],
            "answer": None,
            "client_id": None,
            **parts,
        }
        Visit._delivered += 1
        response = requests.post(
            f"{self.assistant.url}/internal/messages",
            json={"conversation_id": await self.conversation(), "messages": [message]},
            headers={"Authorization": f"Bearer {internal_token(self.assistant.secret, CHANNEL_TO_WEB)}"},
            timeout=30,
        )
        assert response.status_code == 204, response.text

    _delivered = 0

    async def check_accessible(self, state: str) -> None:
        """Fail when axe finds anything in the conversation or on the page around it."""
        for place in (self.page, self.frame):
            found = await Axe().run(place, options=ONLY_HERE)
            assert found.violations_count == 0, f"{state}: {found.generate_report()}"

    async def picture(self, name: str) -> None:
        PICTURES.mkdir(parents=True, exist_ok=True)
        await self.page.screenshot(path=PICTURES / f"{name}.png")

    async def overflow(self) -> int:
        """Return by how many pixels the conversation is wider than its frame."""
        return await self.frame.evaluate(
            """() => {
              const log = document.querySelector("#log");
              return Math.max(document.documentElement.scrollWidth - innerWidth, log.scrollWidth - log.clientWidth);
            }"""
        )


async def new_tab(context: BrowserContext, assistant: Assistant, address: Optional[str] = None) -> Visit:
    visit = Visit(await context.new_page(), assistant)
    if address:
        await visit.go(address)
    return visit
