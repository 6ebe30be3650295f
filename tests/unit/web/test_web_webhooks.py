"""The door of the messaging platforms: what came in is kept first, then acknowledged, whatever Rasa does."""

import asyncio
import threading

import pytest
from yarl import URL

from bot import tokens
from bot.messaging.store import ChannelStore
from bot.web.keys import INTAKES
from tests.unit.web.conftest import SECRET

TELEGRAM = {"TELEGRAM_TOKEN": "1:a", "TELEGRAM_SECRET": "s", "TELEGRAM_BOT_NAME": "b"}
SIGNED = {"X-Telegram-Bot-Api-Secret-Token": "s"}


def update(number, chat=5, text="hi"):
    sender = {"id": chat, "is_bot": False, "first_name": "Ada", "language_code": "en"}
    message = {"message_id": number, "date": 1, "chat": {"id": chat, "type": "private"}, "from": sender, "text": text}
    return {"update_id": number, "message": message}


@pytest.fixture
def kept(tmp_path):
    store = ChannelStore(f"sqlite:///{tmp_path / 'conversations.db'}")
    yield lambda: store.waiting_conversations("telegram")
    store.close()


async def post(door, body, headers=SIGNED):
    return await door.post("/webhooks/telegram/webhook", json=body, headers=headers)


async def until(condition):
    async def wait():
        while not condition():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), 10)


def waiting(door):
    return door.server.app[INTAKES]["telegram"]._waiting


async def test_a_message_is_kept_acknowledged_and_rasa_is_told(make_door, fake_rasa, kept):
    door = await make_door(**TELEGRAM)
    assert (await post(door, update(1))).status == 200
    assert kept() == ["telegram-5"]
    await until(lambda: fake_rasa.woken == [("telegram", ["telegram-5"])])
    assert (await post(door, update(1))).status == 200  # again: nothing is new
    assert (await post(door, update(2, chat=6))).status == 200
    await until(lambda: fake_rasa.woken[1:] == [("telegram", ["telegram-6"])])


async def test_without_rasa_a_message_is_acknowledged_all_the_same(make_door, rasa_server, kept):
    door = await make_door(**TELEGRAM)
    await rasa_server.close()
    assert (await post(door, update(1))).status == 200
    assert kept() == ["telegram-5"]


async def test_what_comes_while_the_database_writes_is_kept_together(make_door, monkeypatch, kept):
    door = await make_door(**TELEGRAM)
    take, batches, go_on = ChannelStore.take, [], threading.Event()

    def take_slowly(store, channel, inbound):
        batches.append(len(inbound))
        assert go_on.wait(10)
        return take(store, channel, inbound)

    monkeypatch.setattr(ChannelStore, "take", take_slowly)
    first = asyncio.ensure_future(post(door, update(1)))
    await until(lambda: batches == [1])
    others = [asyncio.ensure_future(post(door, update(number, chat=number))) for number in range(10, 20)]
    await until(lambda: len(waiting(door)) == 10)
    go_on.set()
    assert {answer.status for answer in await asyncio.gather(first, *others)} == {200}
    assert batches == [1, 10]
    assert len(kept()) == 11


async def test_what_cannot_be_kept_is_not_acknowledged_and_keeps_nothing_else_out(make_door, monkeypatch, kept):
    from sqlalchemy.exc import OperationalError

    door = await make_door(**TELEGRAM)
    take, begun, going = ChannelStore.take, [], threading.Event()

    def take_but_one(store, channel, inbound):
        begun.extend(inbound)
        assert going.wait(10)
        if any(item.text == "poison" for item in inbound):
            raise OperationalError("INSERT", {}, Exception("disk full"))
        return take(store, channel, inbound)

    monkeypatch.setattr(ChannelStore, "take", take_but_one)
    calls = [post(door, update(number, text=text)) for number, text in enumerate(("a", "b", "poison", "c"), 1)]
    pending = [asyncio.ensure_future(call) for call in calls]
    await until(lambda: len(begun) + len(waiting(door)) == 4)
    going.set()
    assert [answer.status for answer in await asyncio.gather(*pending)] == [200, 200, 503, 200]


async def test_a_channel_that_is_not_set_up_has_no_address(door, fake_rasa):
    for path in ("/webhooks/telegram/webhook", "/webhooks/web/health", "/webhooks/rest/webhook"):
        assert (await door.post(path, data=b"x")).status == 404
    assert fake_rasa.woken == []


@pytest.mark.parametrize(
    "path",
    [
        "/webhooks/web/health", "/webhooks/telegram/wake", "/webhooks/staff/webhook", "/webhooks/web/webhook",
        "/webhooks/telegram/%2e%2e/web/health", "/webhooks/telegram/..%2fweb%2fhealth",
    ],
)  # fmt: skip
async def test_rasas_own_channels_are_never_reachable_from_outside(make_door, fake_rasa, path):
    door = await make_door(**TELEGRAM)
    token = tokens.internal_token(SECRET, tokens.WEB_TO_CHANNEL)
    url = URL(f"http://127.0.0.1:{door.port}{path}", encoded=True)
    for method in ("GET", "POST"):
        response = await door.session.request(method, url, headers={"Authorization": f"Bearer {token}"})
        assert response.status in (404, 405)
    assert fake_rasa.woken == []


async def test_a_body_that_is_too_large_is_refused(make_door):
    door = await make_door(**TELEGRAM)
    too_large = b"x" * (3 * 1024 * 1024 + 1)
    assert (await door.post("/webhooks/telegram/webhook", data=too_large, headers=SIGNED)).status == 413
