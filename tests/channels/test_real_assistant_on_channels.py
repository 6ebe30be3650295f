"""The whole assistant, with its real model and facts, on all four channels."""

import os
import subprocess
import sys
import time

import payloads as sent_by
import pytest
import requests
from lxml import html

from bot.settings import PROJECT_ROOT

CHATS = {"telegram": "880001", "whatsapp": "33688000001", "slack": "D880001", "messenger": "880002"}


@pytest.fixture(scope="module")
def on_all_channels(start_assistant, platforms):
    assistant = start_assistant(**platforms.settings)
    yield assistant
    assistant.stop()


@pytest.fixture(scope="module")
def talk(on_all_channels, platforms):
    """Return a function that says something on a channel and returns the API calls that answer it."""
    assistant = on_all_channels

    def say(channel, text, files=0):
        chat = CHATS[channel]
        before = len(platforms.sent_to(chat))
        webhook = {
            "telegram": lambda: sent_by.telegram_text(int(chat), text),
            "whatsapp": lambda: sent_by.whatsapp_text(chat, text),
            "slack": lambda: sent_by.slack_text(chat, text),
            "messenger": lambda: sent_by.messenger_text(chat, text),
        }[channel]()
        response = requests.post(
            f"{assistant.url}/webhooks/{channel}/webhook", data=webhook.body, headers=webhook.headers, timeout=10
        )
        assert response.status_code == 200
        platforms.wait_for(lambda: _are_whole(platforms.sent_to(chat)[before:], files))
        return platforms.sent_to(chat)[before:]

    return say


def _are_whole(calls, files):
    """Tell whether an answer has come, with its files, which are sent last."""
    return [call for call in calls if call.text] and len([call for call in calls if not call.text]) >= files


@pytest.mark.parametrize("channel", sorted(CHATS))
def test_a_student_asks_chooses_follows_up_plans_and_erases(talk, platforms, channel):
    (greeting,) = talk(channel, "hello")
    assert "international students" in greeting.text
    (price,) = talk(channel, "2")
    assert "308 to 385 €" in price.text
    assert "Source" in price.text
    (in_french,) = talk(channel, "in French please")
    assert "308 à 385\N{NBSP}€" in in_french.text
    plan = talk(channel, "I am Moroccan, on exchange, arriving in January, make me a plan", files=1)
    assert any("VLS-TS" in call.text for call in plan)
    document = next(call for call in platforms.calls if call.channel == channel and call.file)
    assert document.file.startswith(b"BEGIN:VCALENDAR")
    reminders = talk(channel, "/reminders")
    assert "VLS-TS" in reminders[-1].text
    assert "write “stop”" in reminders[-1].text
    (ended,) = talk(channel, "stop")
    assert "no more reminders" in ended.text
    (asked,) = talk(channel, "/erase")
    assert "Shall I erase" in asked.text
    (erased,) = talk(channel, "Erase everything")
    assert "nothing of our conversation" in erased.text
    assert platforms.refused == []


class Office:
    """A member of staff at the console."""

    def __init__(self, assistant):
        account = ["ri@school.example", "--name", "Ada", "--role", "reviewer"]
        command = [sys.executable, "-m", "bot", "staff", "add", *account]
        environment = {**os.environ, "VAR_DIR": str(assistant.var)}
        subprocess.run(command, env=environment, cwd=PROJECT_ROOT, input="a long password\n", text=True, check=True)
        self._home = f"{assistant.url}/staff"
        self._browser = requests.Session()
        self._browser.headers.update({"Sec-Fetch-Site": "same-origin"})
        self.send(self.open("/login"), "/login", email="ri@school.example", password="a long password")

    def open(self, path):
        return html.document_fromstring(self._browser.get(self._home + path, timeout=10).text)

    def send(self, page, path, **form):
        form["form_token"] = page.xpath("//input[@name='form_token']/@value")[0]
        response = self._browser.post(self._home + path, data=form, timeout=30)
        assert response.status_code == 200, response.text
        return html.document_fromstring(response.text)

    def wait_for(self, path, found):
        """Reload the page until what was just said is in the log."""
        for _ in range(100):
            page = self.open(path)
            if result := found(page):
                return result
            time.sleep(0.1)
        raise AssertionError(page.text_content())


def test_the_office_takes_over_writes_and_gives_back_from_the_console(talk, on_all_channels, platforms):
    chat = CHATS["telegram"]
    (promise,) = talk("telegram", "I want to talk to a person")
    assert "waiting list" in promise.text
    office = Office(on_all_channels)
    (link,) = office.wait_for("?state=waiting&channel=telegram", lambda page: page.xpath("//a[@data-row]/@href"))
    path = link.removeprefix("/staff").partition("?")[0]

    def hear(act, **form):
        before = len(platforms.sent_to(chat))
        office.send(office.open(path), f"{path}/{act}", **form)
        platforms.wait_for(lambda: len(platforms.sent_to(chat)) > before)
        return platforms.sent_to(chat)[-1].text

    assert "member of the International Relations team has joined" in hear("take-over")
    assert "Good morning, Ada here" in hear("reply", text="Good morning, Ada here")
    before = len(platforms.sent_to(chat))
    webhook = sent_by.telegram_text(int(chat), "Which papers do you need?")
    address = f"{on_all_channels.url}/webhooks/telegram/webhook"
    assert requests.post(address, data=webhook.body, headers=webhook.headers, timeout=10).status_code == 200
    office.wait_for(path, lambda page: "Which papers do you need?" in page.text_content())
    assert len(platforms.sent_to(chat)) == before  # for the office: the assistant is silent
    assert "The assistant answers you again" in hear("give-back")
    (price,) = talk("telegram", "What does a room cost?")
    assert "308 to 385 €" in price.text
