"""Each channel end to end: webhook in through the public door, real Rasa, calls of the platform's API out."""

import asyncio
from urllib.parse import quote

import aiohttp
import payloads as sent_by
import pytest
from small_assistant import SECRET
from students import CHATS, Student, offered

from bot.tokens import WEB_TO_CHANNEL, internal_token

pytestmark = pytest.mark.slow


async def test_a_conversation_with_button_number_follow_up_and_erasure(student, messaging, platforms):
    (greeting,) = await student.says("hello there")
    assert "Hello" in greeting.text
    choices = offered(greeting)
    assert len(choices) == 2
    (price,) = await student.presses(*choices[0])
    assert "308 to 385 €" in price.text
    assert "Bougainville" in price.text
    assert "Source: " in price.text
    assert "2018-2019" in price.text
    assert "November 2026" in price.text
    await student.says("hello there")
    (helped,) = await student.says("the second")
    assert helped.text == "I can help"
    assert await messaging.said(student.conversation) == [
        ("student", "hello there"),
        ("assistant", "Hello"),
        ("student", "What does a room cost?"),
        ("assistant", "**308 to 385 €** a month in [Bougainville](https://school.example/b)"),
        ("student", "hello there"),
        ("assistant", "Hello"),
        ("student", "the second"),
        ("assistant", "I can help"),
    ]
    await student.says("/erase")
    (erased,) = await student.says("Erase everything")
    assert "nothing of our conversation" in erased.text
    assert await messaging.said(student.conversation) == []
    await student.says("hello there")
    assert len(await messaging.said(student.conversation)) == 2
    assert platforms.refused == []


@pytest.mark.parametrize("words", ["1", "1.", "number 1", "the first one", "premier", "what does a ROOM cost", "n° 1"])
async def test_a_choice_can_be_typed(on_telegram, words):
    await on_telegram.says("hello there")
    (price,) = await on_telegram.says(words)
    assert "308 to 385" in price.text


async def test_numbers_mean_the_list_of_the_answer_and_letters_its_choices(on_telegram):
    await on_telegram.says("residences")
    (unclear,) = await on_telegram.says("2")
    assert unclear.text == "I did not understand"
    await on_telegram.says("residences")
    (price,) = await on_telegram.says("B")
    assert "308 to 385" in price.text


async def test_a_burst_is_answered_once_and_in_order(student, messaging):
    texts = ["price", "hello there", "residences", "price"]
    calls = await student.does(*map(student.webhook, texts), answers=4)
    assert [text for sender, text in await messaging.said(student.conversation) if sender == "student"] == texts
    assert ["308" in calls[0].text, "Hello" in calls[1].text, "One" in calls[2].text] == [True] * 3


async def test_updates_that_arrive_in_the_wrong_order_are_answered_in_the_students(on_telegram, messaging, monkeypatch):
    monkeypatch.setattr("bot.channels.desk.SETTLE_SECONDS", 1.0)  # on a busy machine the calls take a moment
    first, second, third = (sent_by.number() for _ in range(3))
    chat = int(on_telegram.chat)
    await on_telegram.does(
        sent_by.telegram_text(chat, "residences", update_id=third),
        sent_by.telegram_text(chat, "price", update_id=second),
        sent_by.telegram_text(chat, "hello there", update_id=first),
        answers=3,
    )
    said = [text for sender, text in await messaging.said(on_telegram.conversation) if sender == "student"]
    assert said == ["hello there", "price", "residences"]


async def test_a_repeated_delivery_is_not_answered_twice(student, messaging, make_messaging, platforms):
    webhook = student.webhook("price")
    await student.does(webhook, webhook)
    await student.says("hello there")
    await student.does(webhook, student.webhook("price"))
    said = [text for sender, text in await messaging.said(student.conversation) if sender == "student"]
    assert said == ["price", "hello there", "price"]


async def test_files_go_out_as_documents(student, messaging, platforms, monkeypatch):
    from rasa.shared.core.events import BotUttered

    calendar = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    async def fetch(_self, url):
        assert url == "/files/token/plan.ics"
        return calendar

    monkeypatch.setattr("bot.messaging.delivery.Delivery._fetch", fetch)
    await student.says("hello there")
    item = {"name": "plan.ics", "mime": "text/calendar", "url": "/files/token/plan.ics"}
    event = BotUttered("Your plan", {"custom": {"attachments": [item]}})
    output = messaging.channels[student.channel].get_output_channel()
    before = len(platforms.calls)
    await output.send_response(student.conversation, event.message())
    await asyncio.to_thread(platforms.wait_for, lambda: [c for c in platforms.calls[before:] if c.file == calendar])
    await asyncio.to_thread(platforms.wait_for, lambda: any(_is_document(call) for call in platforms.calls[before:]))


def _is_document(call):
    payload = call.payload
    return (
        call.method in ("sendDocument", "files.completeUploadExternal")
        or payload.get("document", {}).get("filename") == "plan.ics"
        or (isinstance(payload.get("message"), dict) and "attachment" in payload["message"])
    )


async def test_a_code_of_the_widget_carries_the_memory_over(on_telegram, messaging, platforms):
    from rasa.shared.core.events import SlotSet

    opened = await (await messaging.door.post("/api/conversations", json={"language": "fr"})).json()
    headers = {"Authorization": f"Bearer {opened['token']}"}
    tracker = await messaging.agent.tracker_store.retrieve(opened["conversation_id"])
    tracker.update(SlotSet("stay", "exchange"), messaging.agent.domain)
    await messaging.agent.tracker_store.save(tracker)
    response = await messaging.door.post("/api/conversations/current/link", headers=headers)
    link = await response.json()
    assert response.status == 201, link
    by_name = {channel["name"]: channel["url"] for channel in link["channels"]}
    assert set(by_name) == {"telegram", "whatsapp", "slack", "messenger"}
    assert by_name["telegram"] == f"https://t.me/welcome_bot?start=link-{link['code']}"
    (told,) = await on_telegram.says(f"/start link-{link['code']}")
    assert "C'est relié" in told.text
    linked = await messaging.agent.tracker_store.retrieve(on_telegram.conversation)
    assert (linked.get_slot("stay"), linked.get_slot("language")) == ("exchange", "fr")
    other = Student("whatsapp", CHATS["whatsapp"](), messaging, platforms)
    (refused,) = await other.says(link["code"])
    assert "not valid" in refused.text


async def test_staff_take_over_write_and_give_back_on_the_students_channel(student, messaging):
    async def act(name, **body):
        headers = {"Authorization": f"Bearer {internal_token(SECRET, WEB_TO_CHANNEL)}"}
        url = f"{messaging.rasa_url}/webhooks/staff/conversations/{quote(student.conversation, safe='')}/{name}"
        async with aiohttp.ClientSession(headers=headers) as session:
            async with session.post(url, json={"staff": "office@school.example", **body}) as response:
                assert response.status == 200, await response.text()
                return await response.json()

    await student.says("hello there")
    (told,) = await student.does(first=act("take_over"))
    assert "A person is here" in told.text
    (written,) = await student.does(answers=1, first=act("messages", text="Good morning"))
    assert "member of staff" in written.text
    assert "Good morning" in written.text
    await messaging.post(student.webhook("price"))  # for the office, the assistant is silent
    while ("student", "price") not in await messaging.said(student.conversation):
        await asyncio.sleep(0.02)
    (told,) = await student.does(first=act("give_back"))
    assert "The person has left" in told.text
    helped, *_ = await student.says("/help", answers=1 if student.channel == "slack" else 2)
    assert helped.text == "I can help"


async def test_the_window_of_whatsapp_holds_what_comes_late_until_the_student_writes(messaging, platforms, monkeypatch):
    from rasa.shared.core.events import BotUttered

    student = Student("whatsapp", CHATS["whatsapp"](), messaging, platforms)
    await student.says("hello there")
    monkeypatch.setattr("bot.messaging.platforms.graph.GraphPlatform.window_seconds", 0.0)
    output = messaging.channels["whatsapp"].get_output_channel()
    event = BotUttered("From the office", {"custom": {"sender": "staff"}})
    await output.send_response(student.conversation, event.message())
    await asyncio.sleep(0.3)
    assert len(platforms.sent_to(student.chat)) == 1
    monkeypatch.setattr("bot.messaging.platforms.graph.GraphPlatform.window_seconds", 3600.0)
    office, price = await student.says("price", answers=2)
    assert office.text == "*A member of staff:* From the office"
    assert "308" in price.text
