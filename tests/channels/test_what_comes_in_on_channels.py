"""All that a student can do on a messenger: no words, orders, edits, groups, odd characters."""

import asyncio

import payloads as sent_by
import pytest
from students import Student, offered

pytestmark = pytest.mark.slow


async def test_what_holds_no_text_is_answered_kindly(student, platforms):
    makers = {
        "telegram": lambda: sent_by.telegram_update(
            {"message": sent_by.telegram_message(int(student.chat), voice={"file_id": "1"}, language="fr")}
        ),
        "whatsapp": lambda: sent_by.whatsapp_update(
            sent_by.whatsapp_message(student.chat, "sticker", sticker={"id": "1"})
        ),
        "slack": lambda: sent_by.slack_text(student.chat, "", subtype="file_share", files=[{"id": "F1"}]),
        "messenger": lambda: sent_by.messenger_events(
            {
                "sender": {"id": student.chat},
                "message": {"mid": f"m_{sent_by.number()}", "attachments": [{"type": "audio"}]},
            }
        ),
    }
    (told,) = await student.does(makers[student.channel]())
    assert ("que du texte" if student.channel == "telegram" else "only read text") in told.text


async def test_a_location_is_told_where_the_school_is(student):
    makers = {
        "telegram": lambda: sent_by.telegram_update(
            {"message": sent_by.telegram_message(int(student.chat), location={"latitude": 49.4, "longitude": 1.1})}
        ),
        "whatsapp": lambda: sent_by.whatsapp_update(
            sent_by.whatsapp_message(student.chat, "location", location={"latitude": 49.4, "longitude": 1.1})
        ),
        "messenger": lambda: sent_by.messenger_events({
            "sender": {"id": student.chat},
            "message": {"mid": f"m_{sent_by.number()}", "attachments": [{"type": "location", "payload": {}}]},
        }),
    }  # fmt: skip
    if student.channel not in makers:
        return  # Slack has no locations
    (told,) = await student.does(makers[student.channel]())
    assert "avenue de l'Université" in told.text


async def test_start_greets_in_the_language_of_the_device_and_opens_the_topic_of_the_link(on_telegram):
    (greeting,) = await on_telegram.says("/start", language="fr")
    assert greeting.text == "Bonjour"
    hello, listed = await on_telegram.says("/start housing-en", answers=2)
    assert "Hello" in hello.text
    assert "One" in listed.text


async def test_help_and_language_are_orders_and_other_slashes_are_words(on_telegram):
    helped, orders = await on_telegram.says("/help", answers=2)
    assert helped.text == "I can help"
    assert "• /erase: erase our conversation" in orders.text
    (asked,) = await on_telegram.says("/language")
    assert [title for _, title in offered(asked)] == ["English", "Français"]
    await on_telegram.says("Français")
    (greeting,) = await on_telegram.says("hello there")
    assert greeting.text == "Bonjour"
    (words,) = await on_telegram.says("/restart")
    assert words.text == "I did not understand"


async def test_an_edit_of_what_waits_replaces_it_and_a_later_one_is_answered(on_telegram, messaging):
    chat = int(on_telegram.chat)
    written = sent_by.telegram_message(chat, "hello there")
    edited = {**written, "text": "price", "edit_date": written["date"] + 1}
    calls = await on_telegram.does(
        sent_by.telegram_update({"message": written}), sent_by.telegram_update({"edited_message": edited})
    )
    assert "308" in calls[0].text
    (asked,) = await on_telegram.does(sent_by.telegram_update({"edited_message": {**edited, "text": "/language"}}))
    assert "Which language" in asked.text
    said = [text for sender, text in await messaging.said(on_telegram.conversation) if sender == "student"]
    assert said == ["price"]


async def test_in_a_group_only_what_is_addressed_is_answered(messaging, platforms):
    group = Student("telegram", f"-100{sent_by.number()}", messaging, platforms)
    chat = {"id": int(group.chat), "type": "supergroup"}

    def said(text, **more):
        return sent_by.telegram_update({"message": sent_by.telegram_message(int(group.chat), text, chat=chat, **more)})

    bot = {"id": 4711, "is_bot": True, "first_name": "Welcome"}
    reply = {**sent_by.telegram_message(int(group.chat), "hi", chat=chat), "from": bot}
    await messaging.post(said("price"))
    await messaging.post(said("hello @someone_else"))
    await messaging.post(said("/plan@other_bot"))
    await group.does(
        said("@welcome_bot price"), said("price", reply_to_message=reply), said("/help@welcome_bot"), answers=4
    )
    said_to_it = [text for sender, text in await messaging.said(group.conversation) if sender == "student"]
    assert said_to_it == ["price", "price", "/help"]


async def test_in_a_slack_channel_mentions_are_answered_in_their_thread(messaging, platforms):
    student = Student("slack", f"C{sent_by.number()}", messaging, platforms)
    ts = sent_by.slack_ts()
    await messaging.post(sent_by.slack_text(student.chat, "price", channel_type="channel"))
    (answer,) = await student.does(
        sent_by.slack_event(
            {"type": "app_mention", "channel": student.chat, "user": "U1", "text": "<@U9> price", "ts": ts}
        )
    )
    assert answer.payload["thread_ts"] == ts
    assert (await messaging.said(f"slack-{student.chat}:{ts}"))[0] == ("student", "price")


async def test_a_press_of_a_button_never_offered_is_told(on_telegram):
    (told,) = await on_telegram.presses("0123456789abcdef", "x")
    assert "no longer works" in told.text


async def test_the_press_of_a_telegram_button_is_confirmed(on_telegram, platforms):
    (greeting,) = await on_telegram.says("hello there")
    await on_telegram.presses(*offered(greeting)[0])
    await asyncio.to_thread(
        platforms.wait_for, lambda: [c for c in platforms.calls if c.method == "answerCallbackQuery"]
    )


LONG = "Where can I live? " * 3640  # 64 KB


async def test_64_kilobytes_are_told_to_be_too_long(on_telegram):
    assert len(LONG) > 64_000
    (told,) = await on_telegram.says(LONG)
    assert "too long" in told.text
    assert "4000" in told.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\u200bpr\u200bice\ufeff", "308"),
        ("\u202eprice\u202c", "308"),
        ("مرحبا، كم سعر الغرفة؟", "did not understand"),
        ("שלום", "did not understand"),
        ("\u200b\u200b", "only read text"),
        ("👩🏽‍🎓", "did not understand"),
    ],
)
async def test_invisible_and_right_to_left_characters(on_telegram, text, expected):
    (told,) = await on_telegram.says(text)
    assert expected in told.text


async def test_a_fault_of_the_assistant_is_told(on_telegram):
    (told,) = await on_telegram.says("break down")
    assert "could not answer" in told.text
