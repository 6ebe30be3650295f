"""The whole assistant, with its real model and facts, on all four channels."""

import payloads as sent_by
import pytest
import requests

CHATS = {"telegram": "880001", "whatsapp": "33688000001", "slack": "D880001", "messenger": "880002"}


@pytest.fixture(scope="module")
def talk(start_assistant, platforms):
    """Return a function that says something on a channel and returns the API calls that answer it."""
    assistant = start_assistant(**platforms.settings)

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

    yield say
    assistant.stop()


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
    assert "308 à 385 €" in in_french.text
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
