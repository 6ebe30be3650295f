"""Each channel end to end: webhook in through the public door, real Rasa, calls of the platform's API out."""

import asyncio
import json

import payloads as sent_by
import pytest

pytestmark = pytest.mark.slow


class Student:
    """A student on one of the platforms."""

    def __init__(self, channel, chat, messaging, platforms):
        self.channel, self.chat = channel, chat
        self._messaging, self._platforms = messaging, platforms
        self._seen = len(platforms.sent_to(chat))

    @property
    def conversation(self):
        return f"{self.channel}-{self.chat}"

    async def does(self, *webhooks, answers=1):
        """Deliver webhooks; return the API calls that answer them."""
        for webhook in webhooks:
            response = await self._messaging.post(webhook)
            assert response.status == 200, await response.text()
        wanted = self._seen + answers
        await asyncio.to_thread(self._platforms.wait_for, lambda: len(self._platforms.sent_to(self.chat)) >= wanted)
        calls = self._platforms.sent_to(self.chat)[self._seen :]
        self._seen += len(calls)
        assert len(calls) == answers, [call.text for call in calls]
        return calls

    async def says(self, text, answers=1, **more):
        maker = {
            "telegram": lambda: sent_by.telegram_text(int(self.chat), text, **more),
            "whatsapp": lambda: sent_by.whatsapp_text(self.chat, text, **more),
            "slack": lambda: sent_by.slack_text(self.chat, text, **more),
            "messenger": lambda: sent_by.messenger_text(self.chat, text, **more),
        }[self.channel]
        return await self.does(maker(), answers=answers)

    async def presses(self, choice, title):
        maker = {
            "telegram": lambda: sent_by.telegram_press(int(self.chat), choice),
            "whatsapp": lambda: sent_by.whatsapp_press(self.chat, choice, title, "list_reply"),
            "slack": lambda: sent_by.slack_press(self.chat, choice, title),
            "messenger": lambda: sent_by.messenger_press(self.chat, choice, title),
        }[self.channel]
        return await self.does(maker())


CHATS = {
    "telegram": lambda: str(10_000 + sent_by.number()),
    "whatsapp": lambda: f"336{sent_by.number():08d}",
    "slack": lambda: f"D{sent_by.number()}",
    "messenger": lambda: f"77{sent_by.number()}",
}


@pytest.fixture(params=sorted(CHATS))
def student(request, messaging, platforms):
    return Student(request.param, CHATS[request.param](), messaging, platforms)


@pytest.fixture
def on_telegram(messaging, platforms):
    return Student("telegram", CHATS["telegram"](), messaging, platforms)


def offered(call):
    """Return what a call offers to press, as pairs of reference and shown title."""
    payload = call.payload
    if call.channel == "telegram":
        rows = payload["reply_markup"]["inline_keyboard"]
        return [(button["callback_data"], button["text"]) for row in rows for button in row]
    if call.channel == "whatsapp":
        action = payload["interactive"]["action"]
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        items = rows or [button["reply"] for button in action["buttons"]]
        return [(item["id"], item.get("description", item["title"])) for item in items]
    if call.channel == "slack":
        elements = [element for block in payload["blocks"] if block["type"] == "actions" for element in block["elements"]]
        return [(element["value"], element["text"]["text"]) for element in elements]
    return [(item["payload"], item["title"]) for item in payload["message"]["quick_replies"]]


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
    makers = [
        {
            "telegram": lambda text=text: sent_by.telegram_text(int(student.chat), text),
            "whatsapp": lambda text=text: sent_by.whatsapp_text(student.chat, text),
            "slack": lambda text=text: sent_by.slack_text(student.chat, text),
            "messenger": lambda text=text: sent_by.messenger_text(student.chat, text),
        }[student.channel]
        for text in texts
    ]
    calls = await student.does(*(make() for make in makers), answers=4)
    assert [text for sender, text in await messaging.said(student.conversation) if sender == "student"] == texts
    assert ["308" in calls[0].text, "Hello" in calls[1].text, "One" in calls[2].text] == [True] * 3


async def test_updates_that_arrive_in_the_wrong_order_are_answered_in_the_students(on_telegram, messaging):
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
    maker = {"telegram": lambda: sent_by.telegram_text(int(student.chat), "price"),
             "whatsapp": lambda: sent_by.whatsapp_text(student.chat, "price"),
             "slack": lambda: sent_by.slack_text(student.chat, "price"),
             "messenger": lambda: sent_by.messenger_text(student.chat, "price")}[student.channel]  # fmt: skip
    webhook = maker()
    await student.does(webhook, webhook)
    await student.says("hello there")
    await student.does(webhook, maker())
    said = [text for sender, text in await messaging.said(student.conversation) if sender == "student"]
    assert said == ["price", "hello there", "price"]


async def test_files_go_out_as_documents(student, messaging, platforms, monkeypatch):
    from rasa.shared.core.events import BotUttered

    calendar = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"

    async def fetch(_self, url):
        assert url == "/files/token/plan.ics"
        return calendar

    monkeypatch.setattr("bot.channels.messaging.delivery.Delivery._fetch", fetch)
    await student.says("hello there")
    item = {"name": "plan.ics", "mime": "text/calendar", "url": "/files/token/plan.ics"}
    event = BotUttered("Your plan", {"custom": {"attachments": [item]}})
    output = messaging.channels[student.channel].get_output_channel()
    before = len(platforms.calls)
    await output.send_response(student.conversation, event.message())
    await asyncio.to_thread(platforms.wait_for, lambda: [c for c in platforms.calls[before:] if c.file == calendar])
    await asyncio.to_thread(
        platforms.wait_for, lambda: any(_is_document(call) for call in platforms.calls[before:])
    )


def _is_document(call):
    payload = call.payload
    return (
        call.method in ("sendDocument", "files.completeUploadExternal")
        or payload.get("document", {}).get("filename") == "plan.ics"
        or payload.get("message", {}).get("attachment", {}).get("payload", {}).get("attachment_id") == "attachment-1"
    )


async def test_what_holds_no_text_is_answered_kindly(student, platforms):
    makers = {
        "telegram": lambda: sent_by.telegram_update(
            {"message": sent_by.telegram_message(int(student.chat), voice={"file_id": "1"}, language="fr")}
        ),
        "whatsapp": lambda: sent_by.whatsapp_update(sent_by.whatsapp_message(student.chat, "sticker", sticker={"id": "1"})),
        "slack": lambda: sent_by.slack_text(student.chat, "", subtype="file_share", files=[{"id": "F1"}]),
        "messenger": lambda: sent_by.messenger_events(
            {"sender": {"id": student.chat}, "message": {"mid": f"m_{sent_by.number()}", "attachments": [{"type": "audio"}]}}
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
    (helped,) = await on_telegram.says("/help")
    assert helped.text == "I can help"
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
    (helped,) = await on_telegram.does(sent_by.telegram_update({"edited_message": {**edited, "text": "/help"}}))
    assert helped.text == "I can help"
    said = [text for sender, text in await messaging.said(on_telegram.conversation) if sender == "student"]
    assert said == ["price", "/help"]


async def test_in_a_group_only_what_is_addressed_is_answered(messaging, platforms):
    group = Student("telegram", f"-100{sent_by.number()}", messaging, platforms)
    chat = {"id": int(group.chat), "type": "supergroup"}

    def said(text, **more):
        return sent_by.telegram_update({"message": sent_by.telegram_message(int(group.chat), text, chat=chat, **more)})

    bot = {"id": 4711, "is_bot": True, "first_name": "Welcome"}
    reply = {**sent_by.telegram_message(int(group.chat), "hi", chat=chat), "from": bot}
    await messaging.post(said("price"))
    await messaging.post(said("hello @someone_else"))
    await messaging.post(said("/help@other_bot"))
    await group.does(said("@welcome_bot price"), said("price", reply_to_message=reply), said("/help@welcome_bot"), answers=3)
    said_to_it = [text for sender, text in await messaging.said(group.conversation) if sender == "student"]
    assert said_to_it == ["price", "price", "/help"]


async def test_in_a_slack_channel_mentions_are_answered_in_their_thread(messaging, platforms):
    student = Student("slack", f"C{sent_by.number()}", messaging, platforms)
    ts = sent_by.slack_ts()
    await messaging.post(sent_by.slack_text(student.chat, "price", channel_type="channel"))
    (answer,) = await student.does(
        sent_by.slack_event({"type": "app_mention", "channel": student.chat, "user": "U1", "text": "<@U9> price", "ts": ts})
    )
    assert answer.payload["thread_ts"] == ts
    assert (await messaging.said(f"slack-{student.chat}:{ts}"))[0] == ("student", "price")


async def test_a_press_of_a_button_never_offered_is_told(on_telegram):
    (told,) = await on_telegram.presses("0123456789abcdef", "x")
    assert "no longer works" in told.text


async def test_the_press_of_a_telegram_button_is_confirmed(on_telegram, platforms):
    (greeting,) = await on_telegram.says("hello there")
    await on_telegram.presses(*offered(greeting)[0])
    await asyncio.to_thread(platforms.wait_for, lambda: [c for c in platforms.calls if c.method == "answerCallbackQuery"])


LONG = "Where can I live? " * 3640  # 64 KB


async def test_64_kilobytes_are_told_to_be_too_long(student):
    assert len(LONG) > 64_000
    (told,) = await student.says(LONG)
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


async def test_a_fault_of_the_assistant_is_told(student):
    (told,) = await student.says("break down")
    assert "could not answer" in told.text


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


async def test_the_window_of_whatsapp_holds_what_comes_late_until_the_student_writes(messaging, platforms, monkeypatch):
    from rasa.shared.core.events import BotUttered

    student = Student("whatsapp", CHATS["whatsapp"](), messaging, platforms)
    await student.says("hello there")
    monkeypatch.setattr("bot.channels.platforms.graph.GraphPlatform.window_seconds", 0.0)
    output = messaging.channels["whatsapp"].get_output_channel()
    event = BotUttered("From the office", {"custom": {"sender": "staff"}})
    await output.send_response(student.conversation, event.message())
    await asyncio.sleep(0.3)
    assert len(platforms.sent_to(student.chat)) == 1
    monkeypatch.setattr("bot.channels.platforms.graph.GraphPlatform.window_seconds", 3600.0)
    office, price = await student.says("price", answers=2)
    assert office.text == "*A member of staff:* From the office"
    assert "308" in price.text


def test_the_payloads_are_those_that_the_sdks_know():
    import telegram
    from pywa.types import Message as WhatsAppMessage
    from slack_sdk.signature import SignatureVerifier

    update = telegram.Update.de_json(json.loads(sent_by.telegram_text(5, "hi").body), None)
    assert (update.message.text, update.effective_user.language_code) == ("hi", "en")
    assert telegram.Update.de_json(json.loads(sent_by.telegram_press(5, "data").body), None).callback_query.data == "data"
    signed = sent_by.slack_text("D1", "hi")
    assert SignatureVerifier("slack-secret-of-tests").is_valid_request(signed.body, signed.headers)
    assert WhatsAppMessage is not None
