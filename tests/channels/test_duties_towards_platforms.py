"""Forged and malformed webhooks, platforms in trouble, blocked bots, revoked tokens, restarts, secrets in logs."""

import asyncio
import json
import logging
import time

import payloads as sent_by
import pytest
from platform_server import TELEGRAM_TOKEN, Fault
from students import CHATS, Student

pytestmark = pytest.mark.slow

VALID = {
    "telegram": lambda: sent_by.telegram_text(77, "price"),
    "whatsapp": lambda: sent_by.whatsapp_text("33612345678", "price"),
    "slack": lambda: sent_by.slack_text("D77", "price"),
    "messenger": lambda: sent_by.messenger_text("77", "price"),
}
SIGNATURES = ("X-Telegram-Bot-Api-Secret-Token", "X-Hub-Signature-256", "X-Slack-Signature")
WRONG_TYPES = b'{"update_id": "x", "entry": 5, "type": {}}'
MALFORMED = (b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", WRONG_TYPES, b"[" * 5000)


def without_signature(webhook):
    headers = {name: value for name, value in webhook.headers.items() if name not in SIGNATURES}
    return webhook._replace(headers=headers)


def badly_signed(webhook):
    headers = {name: (f"{value[:-1]}~" if name in SIGNATURES else value) for name, value in webhook.headers.items()}
    return webhook._replace(headers=headers)


@pytest.mark.parametrize("channel", VALID)
async def test_forged_and_malformed_webhooks_reach_no_dialogue(channel, messaging, platforms):
    before = len(platforms.calls)
    webhook = VALID[channel]()
    assert (await messaging.post(without_signature(webhook))).status == 401
    assert (await messaging.post(badly_signed(webhook))).status == 403
    assert (await messaging.post(badly_signed(webhook)._replace(body=webhook.body + b" "))).status == 403
    for body in MALFORMED:
        signed = {
            "telegram": lambda body=body: webhook._replace(body=body),
            "slack": lambda body=body: sent_by.slack_signed(body, "application/json"),
        }.get(channel, lambda body=body: resigned(channel, body))()
        response = await messaging.post(signed)
        assert response.status == 400, body
    assert list(await messaging.agent.tracker_store.keys()) == []
    assert len(platforms.calls) == before
    assert (await messaging.post(webhook)).status == 200


def resigned(channel, body):
    import hashlib
    import hmac

    signature = hmac.new(f"{channel}-secret-of-tests".encode(), body, hashlib.sha256).hexdigest()
    return sent_by.Webhook(channel, body, {"X-Hub-Signature-256": f"sha256={signature}"})


async def test_an_old_call_of_slack_cannot_be_played_again(messaging):
    body = sent_by.slack_text("D5", "price").body
    assert (await messaging.post(sent_by.slack_signed(body, "application/json", int(time.time()) - 301))).status == 403
    assert (await messaging.post(sent_by.slack_signed(body, "application/json", int(time.time()) + 400))).status == 403


@pytest.mark.parametrize("channel", ["whatsapp", "messenger"])
async def test_the_challenge_of_meta_is_answered_to_who_knows_the_word(channel, messaging):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": f"{channel}-verify-of-tests"}
    path = f"/webhooks/{channel}/webhook"
    answer = await messaging.door.get(path, params=query)
    assert (answer.status, await answer.text()) == (200, "1158201444")
    assert (await messaging.door.get(path, params={**query, "hub.verify_token": "guess"})).status == 403
    assert (await messaging.door.get(path)).status == 400


async def test_the_challenge_of_slack_is_answered(messaging):
    body = json.dumps({"type": "url_verification", "token": "x", "challenge": "3eZbrw1a"}).encode()
    answer = await messaging.post(sent_by.slack_signed(body, "application/json"))
    assert (answer.status, await answer.text()) == (200, "3eZbrw1a")


async def test_a_channel_without_credentials_is_absent(make_messaging, platforms):
    absent = await make_messaging(TELEGRAM_TOKEN="", TELEGRAM_SECRET="", TELEGRAM_BOT_NAME="")
    assert (await absent.post(VALID["telegram"]())).status == 404
    assert absent.channels["telegram"].get_output_channel() is None
    assert (await absent.post(VALID["slack"]())).status == 200


async def test_notices_that_are_no_messages_are_taken_and_left(messaging, platforms):
    before = len(platforms.calls)
    for webhook in (
        sent_by.telegram_update({"poll": {"id": "1"}}),
        sent_by.telegram_update({"message": sent_by.telegram_message(5, new_chat_members=[{"id": 4711}])}),
        sent_by.whatsapp_update(statuses=[{"id": "wamid.1", "status": "read", "timestamp": "1"}]),
        sent_by.messenger_events({"sender": {"id": "PAGE"}, "message": {"mid": "m", "text": "hi", "is_echo": True}}),
        sent_by.messenger_events({"sender": {"id": "5"}, "read": {"watermark": 1}}),
        sent_by.slack_text("D5", "from a bot", bot_id="B1"),
        sent_by.slack_event({"type": "reaction_added", "user": "U1"}),
    ):
        assert (await messaging.post(webhook)).status == 200
    await asyncio.sleep(0.3)
    assert len(platforms.calls) == before


TROUBLE = {
    "telegram": Fault(429, {"ok": False, "error_code": 429, "description": "Too Many Requests: retry after 1",
                            "parameters": {"retry_after": 1}}),
    "whatsapp": Fault(429, {"error": {"code": 130429, "message": "Rate limit hit"}}, {"Retry-After": "1"}),
    "slack": Fault(429, {"ok": False, "error": "ratelimited"}, {"Retry-After": "1"}),
    "messenger": Fault(400, {"error": {"code": 613, "message": "Calls to this api have exceeded the rate limit."}},
                       {"Retry-After": "1"}),
}  # fmt: skip


async def test_rate_limits_are_respected_and_nothing_is_lost_or_out_of_order(student, platforms):
    await student.says("hello there")
    platforms.fail(student.channel, TROUBLE[student.channel])
    asked = time.monotonic()
    (price,) = await student.says("price")
    assert price.moment - asked >= 1.0
    (greeting,) = await student.says("hello there")
    assert "Hello" in greeting.text


async def test_a_platform_that_fails_or_hangs_gets_the_same_call_again(student, platforms, monkeypatch):
    import aiohttp

    monkeypatch.setattr(f"bot.messaging.platforms.{_module(student.channel)}.TIMEOUT", aiohttp.ClientTimeout(total=0.3))
    hanging = Fault(500, None, None, 1.0)
    platforms.fail(student.channel, Fault(500, {}), Fault(502, "<html>"), Fault(200, "no json"), hanging)
    calls = await student.says("price")
    assert "308" in calls[0].text
    assert not platforms.faults[student.channel]


def _module(channel):
    return "graph" if channel in ("whatsapp", "messenger") else channel


BLOCKED = {
    "telegram": Fault(403, {"ok": False, "error_code": 403, "description": "Forbidden: bot was blocked by the user"}),
    "whatsapp": Fault(400, {"error": {"code": 131026, "message": "Message undeliverable"}}),
    "slack": Fault(200, {"ok": False, "error": "channel_not_found"}),
    "messenger": Fault(400, {"error": {"code": 551, "message": "This person isn't available right now."}}),
}


async def test_a_student_who_blocks_is_marked_until_writing_again(student, messaging, platforms, caplog):
    await student.says("hello there")
    platforms.fail(student.channel, BLOCKED[student.channel])
    await messaging.post(student.webhook("price"))
    store = messaging.channels[student.channel]._desk._store

    async def marked():
        while not (await asyncio.to_thread(store.chat, student.conversation)).unreachable_reason:
            await asyncio.sleep(0.02)

    await asyncio.wait_for(marked(), 10)
    assert "cannot be reached" in caplog.text
    assert await asyncio.to_thread(store.claim, student.conversation) is None
    await student.says("hello there")
    assert (await asyncio.to_thread(store.chat, student.conversation)).unreachable_reason is None


async def test_a_revoked_token_is_logged_and_what_waits_is_sent_with_a_new_one(make_messaging, platforms, caplog):
    before = await make_messaging(TELEGRAM_TOKEN="4711:revoked-token-of-telegram")
    student = Student("telegram", CHATS["telegram"](), before, platforms)
    with caplog.at_level(logging.ERROR):
        await before.post(student.webhook("price"))
        while "TELEGRAM_TOKEN" not in caplog.text:
            await asyncio.sleep(0.02)
    assert "revoked-token" not in caplog.text
    await make_messaging.stop(before)
    assert platforms.sent_to(student.chat) == []
    store = (await make_messaging()).channels["telegram"]._desk
    await asyncio.to_thread(_end_leases, store)
    store.delivery.wake(student.conversation)
    await asyncio.to_thread(platforms.wait_for, lambda: platforms.sent_to(student.chat))


def _end_leases(desk):
    from bot.messaging.tables import OUTGOING

    with desk._store._writing() as connection:
        connection.execute(OUTGOING.update().values(leased_until=None))


async def test_what_came_in_before_a_crash_is_answered_once_after_the_restart(make_messaging, platforms, monkeypatch):
    from bot.messaging.store import ChannelStore

    first = await make_messaging()
    student = Student("telegram", CHATS["telegram"](), first, platforms)
    finish = ChannelStore.finish

    def crash(*_):
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(ChannelStore, "finish", crash)
    await first.post(student.webhook("price"))
    while len(await first.said(student.conversation)) < 2:
        await asyncio.sleep(0.02)
    await first.post(student.webhook("hello there"))
    await make_messaging.stop(first)
    assert platforms.sent_to(student.chat) == []
    monkeypatch.setattr(ChannelStore, "finish", finish)
    second = await make_messaging()
    await asyncio.to_thread(platforms.wait_for, lambda: len(platforms.sent_to(student.chat)) >= 2)
    said = await second.said(student.conversation)
    assert [text for sender, text in said if sender == "student"] == ["price", "hello there"]
    assert ["308" in call.text for call in platforms.sent_to(student.chat)] == [True, False]


async def test_an_erasure_that_a_crash_has_cut_is_brought_to_its_end(make_messaging, platforms, monkeypatch, caplog):
    from bot.channels import desk

    first = await make_messaging()
    student = Student("telegram", CHATS["telegram"](), first, platforms)
    erase = desk.erase_from_log
    monkeypatch.setattr(desk, "erase_from_log", lambda *_: 1 / 0)
    await student.says("hello there")
    await student.says("/erase")
    await first.post(student.webhook("Erase everything"))
    while "could not be worked on" not in caplog.text:
        await asyncio.sleep(0.02)
    assert await first.said(student.conversation) == []
    await make_messaging.stop(first)
    monkeypatch.setattr(desk, "erase_from_log", erase)
    second = await make_messaging()
    await asyncio.to_thread(platforms.wait_for, lambda: len(platforms.sent_to(student.chat)) >= 3)
    assert "nothing of our conversation" in platforms.sent_to(student.chat)[-1].text
    assert await second.said(student.conversation) == []


async def test_the_platform_refuses_the_formatting_and_gets_the_plain_text(messaging, platforms):
    student = Student("telegram", CHATS["telegram"](), messaging, platforms)
    refusal = {"ok": False, "error_code": 400, "description": "Bad Request: can't parse entities"}
    platforms.fail("telegram", Fault(400, refusal))
    (price,) = await student.says("price")
    assert "parse_mode" not in price.payload
    assert "308 to 385 €" in price.text


async def test_no_secret_stands_in_any_log_line(messaging, caplog):
    from bot.messaging.secrecy import hide_in_logs

    hide_in_logs(TELEGRAM_TOKEN, "whatsapp-secret-of-tests")
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("any").error("POST https://api.telegram.org/bot%s/sendMessage", TELEGRAM_TOKEN)
        try:
            raise ValueError(f"signed with whatsapp-secret-of-tests by {TELEGRAM_TOKEN}")
        except ValueError:
            logging.getLogger("any").exception("failed")
    assert "[secret]" in caplog.text
    assert "whatsapp-secret-of-tests" not in caplog.text
    assert TELEGRAM_TOKEN not in caplog.text


async def test_a_code_that_was_redeemed_when_the_lights_went_out_links_after_the_restart(
    make_messaging, platforms, monkeypatch
):
    from rasa.shared.core.events import SlotSet

    from bot.channels.exchange import Exchange

    first = await make_messaging()
    student = Student("telegram", CHATS["telegram"](), first, platforms)
    opened = await (await first.door.post("/api/conversations", json={"language": "en"})).json()
    tracker = await first.agent.tracker_store.retrieve(opened["conversation_id"])
    tracker.update(SlotSet("stay", "exchange"), first.agent.domain)
    await first.agent.tracker_store.save(tracker)
    headers = {"Authorization": f"Bearer {opened['token']}"}
    link = await (await first.door.post("/api/conversations/current/link", headers=headers)).json()
    take_over, out = Exchange._take_over, asyncio.Event()

    async def crash(*_):
        out.set()
        raise asyncio.CancelledError

    monkeypatch.setattr(Exchange, "_take_over", crash)
    await first.post(student.webhook(link["code"]))
    await asyncio.wait_for(out.wait(), 15)
    await make_messaging.stop(first)
    monkeypatch.setattr(Exchange, "_take_over", take_over)
    second = await make_messaging()
    await asyncio.to_thread(platforms.wait_for, lambda: platforms.sent_to(student.chat))
    assert "Linked" in platforms.sent_to(student.chat)[0].text
    linked = await second.agent.tracker_store.retrieve(student.conversation)
    assert linked.get_slot("stay") == "exchange"


async def test_a_turn_that_a_crash_cut_before_it_found_an_answer_is_taken_again(make_messaging, platforms, monkeypatch):
    monkeypatch.setattr("bot.channels.desk.AGAIN_SECONDS", (1000.0,))
    first = await make_messaging()
    student = Student("telegram", CHATS["telegram"](), first, platforms)
    await student.says("hello there")
    handle, out = first.agent.processor._run_action, asyncio.Event()

    async def say_nothing(action, *arguments, **named):
        if action.name() != "utter_price":
            return await handle(action, *arguments, **named)
        out.set()
        return False

    monkeypatch.setattr(first.agent.processor, "_run_action", say_nothing)
    await first.post(student.webhook("1"))
    await asyncio.wait_for(out.wait(), 15)
    while len(await first.said(student.conversation)) < 3:
        await asyncio.sleep(0.02)
    await make_messaging.stop(first)
    second = await make_messaging()
    (price,) = await asyncio.to_thread(platforms.wait_for, lambda: platforms.sent_to(student.chat)[1:])
    assert "308" in price.text
    assert [sender for sender, _ in await second.said(student.conversation)] == ["student", "assistant"] * 2


async def test_a_message_that_found_no_answer_is_worked_on_again(on_telegram, messaging, monkeypatch):
    handle, faults = messaging.agent.processor.handle_message, iter((True,))

    async def fail_once(message):
        if next(faults, False):
            raise ConnectionError("the database is away")
        return await handle(message)

    monkeypatch.setattr(messaging.agent.processor, "handle_message", fail_once)
    (price,) = await on_telegram.says("price")
    assert "308" in price.text


async def test_a_database_that_fails_after_the_sending_stops_no_conversation(make_messaging, platforms, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from bot.messaging.store import ChannelStore

    monkeypatch.setattr("bot.messaging.store.LEASE_SECONDS", 0.2)
    monkeypatch.setattr("bot.channels.desk.SWEEP_SECONDS", 0.1)
    failing, drop = iter((True,)), ChannelStore.drop

    def fail_once(store, outgoing_id):
        if next(failing, False):
            raise OperationalError("DELETE", {}, Exception("database is locked"))
        drop(store, outgoing_id)

    monkeypatch.setattr(ChannelStore, "drop", fail_once)
    student = Student("telegram", CHATS["telegram"](), await make_messaging(), platforms)
    (price,) = await student.says("price")
    (greeting,) = await student.says("hello there")
    assert ("308" in price.text, "Hello" in greeting.text) == (True, True)
    assert len(platforms.sent_to(student.chat)) == 2


async def test_a_message_that_cannot_be_shown_lets_the_next_ones_pass(make_messaging, platforms, monkeypatch, caplog):
    from bot.messaging.platforms.telegram import Telegram

    render = Telegram.render

    def fail_at_the_price(self, chat, message, labels):
        if "308" in message["text"]:
            raise KeyError("a fault of ours")
        return render(self, chat, message, labels)

    monkeypatch.setattr(Telegram, "render", fail_at_the_price)
    student = Student("telegram", CHATS["telegram"](), await make_messaging(), platforms)
    (greeting,) = await student.does(student.webhook("price"), student.webhook("hello there"))
    assert "Hello" in greeting.text
    assert "a message cannot be shown and is dropped" in caplog.text
