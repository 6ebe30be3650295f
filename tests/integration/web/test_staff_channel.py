"""Staff speak with a student: through the real channels, a real Rasa server and the real public door."""

import asyncio
import json

import pytest

from bot.review.database import session_scope
from bot.review.projection.projector import Projector
from bot.review.transcripts import read_transcript
from bot.tokens import WEB_TO_CHANNEL, internal_token

SECRET = "a secret of the tests, long enough"
STAFF = {"staff": "anna@school.example"}


@pytest.fixture
def tracker_store(tmp_path):
    """Only the store of the product: the log is made from it."""
    from rasa.shared.core.domain import Domain

    from bot.dialogue.tracker_store import RecentTurnsTrackerStore

    return RecentTurnsTrackerStore(Domain.empty(), host=f"sqlite:///{tmp_path / 'conversations.db'}")


@pytest.fixture
def console(rasa_server, aiohttp_client):
    """Call the staff channel as the console does."""
    import aiohttp

    async def call(conversation_id, act, token=None, **body):
        url = f"{rasa_server.url}/webhooks/staff/conversations/{conversation_id}/{act}"
        headers = {"Authorization": f"Bearer {token or internal_token(SECRET, WEB_TO_CHANNEL)}"}
        async with aiohttp.ClientSession() as session, session.post(url, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    return call


@pytest.fixture
def read_log(tmp_path):
    from bot.channels.messages import messages_of

    def read(conversation_id):
        tracker, review = (f"sqlite:///{tmp_path / name}.db" for name in ("conversations", "review"))
        Projector(tracker, review, lambda event: next(iter(messages_of([event])), None)).catch_up()
        with session_scope(review) as session:
            return read_transcript(session, conversation_id)

    return read


async def _open(door):
    opened = await (await door.post("/api/conversations", json={"language": "en"})).json()
    return opened["conversation_id"], {"Authorization": f"Bearer {opened['token']}"}


async def _say(door, headers, text):
    answer = await door.post("/api/messages", json={"text": text}, headers=headers)
    return answer.status, await answer.json()


async def test_a_person_takes_over_writes_and_gives_back(door, console, read_log):
    conversation_id, headers = await _open(door)
    stream = await door.get("/api/stream", headers=headers)

    assert await console(conversation_id, "take_over", **STAFF) == (200, {"delivered": True})
    status, turn = await _say(door, headers, "hello there")
    assert status == 202
    assert turn["messages"] == []
    assert turn["sent"]["text"] == "hello there"
    words = "I am Anna, a person."
    assert await console(conversation_id, "messages", text=words, **STAFF) == (200, {"delivered": True})
    assert await console(conversation_id, "give_back", **STAFF) == (200, {"delivered": True})
    status, turn = await _say(door, headers, "hello there")
    assert status == 200
    assert turn["messages"][0]["text"] == "Hello"

    streamed = []
    while len(streamed) < 6:
        line = (await asyncio.wait_for(stream.content.readline(), 10)).decode()
        if line.startswith("data:"):
            streamed.append(json.loads(line[5:]))
    assert [(message["sender"], message["text"]) for message in streamed[1:3]] == [
        ("student", "hello there"),
        ("staff", "I am Anna, a person."),
    ]
    assert streamed[0]["sender"] == streamed[3]["sender"] == "assistant"

    log = read_log(conversation_id)
    history = (await (await door.get("/api/messages", headers=headers)).json())["messages"]
    assert [(m.message_id, m.sender, m.text) for m in log.messages] == [
        (m["id"], m["sender"], m["text"]) for m in history
    ]
    assert [handoff.taken_by for handoff in log.handoffs] == [STAFF["staff"]]
    assert log.handoffs[0].replied_at is not None
    assert log.handoff is None
    assert next(message.staff for message in log.messages if message.sender == "staff") == STAFF["staff"]


async def test_acts_out_of_turn_are_refused_by_name(door, console):
    conversation_id, _ = await _open(door)
    status, refused = await console(conversation_id, "messages", text="Hello", **STAFF)
    assert (status, refused["error"]["code"]) == (409, "not_taken_over")
    await console(conversation_id, "take_over", **STAFF)
    status, refused = await console(conversation_id, "take_over", **STAFF)
    assert (status, refused["error"]["code"]) == (409, "already_taken_over")
    status, refused = await console(conversation_id, "messages", text=" ", **STAFF)
    assert (status, refused["error"]["code"]) == (400, "text_invalid")
    status, refused = await console(conversation_id, "give_back")
    assert (status, refused["error"]["code"]) == (400, "staff_missing")
    status, refused = await console("nobody", "take_over", **STAFF)
    assert (status, refused["error"]["code"]) == (404, "conversation_not_found")


async def test_nobody_else_speaks_as_staff(door, console):
    conversation_id, _ = await _open(door)
    status, refused = await console(conversation_id, "take_over", token="guessed", **STAFF)
    assert (status, refused["error"]["code"]) == (401, "token_invalid")
    answer = await door.post(f"/webhooks/staff/conversations/{conversation_id}/take_over", json=STAFF)
    assert answer.status == 404


async def test_a_held_conversation_stays_held_when_the_session_is_over(door, console, agent, monkeypatch):
    from rasa.shared.core.domain import SessionConfig

    from bot.dialogue import lasting_pause

    lasting_pause.install()
    conversation_id, headers = await _open(door)
    await console(conversation_id, "take_over", **STAFF)
    monkeypatch.setattr(agent.processor.domain, "session_config", SessionConfig(1e-6, True))
    assert (await _say(door, headers, "hello there"))[0] == 202
    await console(conversation_id, "give_back", **STAFF)
    assert (await _say(door, headers, "hello there"))[0] == 200


async def test_a_message_to_staff_sent_again_is_kept_once(door, console):
    conversation_id, headers = await _open(door)
    await console(conversation_id, "take_over", **STAFF)
    body = {"text": "hello there", "client_id": "0123456789abcdef0123456789abcdef"}
    answers = [await door.post("/api/messages", json=body, headers=headers) for _ in range(2)]
    assert [answer.status for answer in answers] == [202, 202]
    sent = [(await answer.json())["sent"]["id"] for answer in answers]
    assert sent[0] == sent[1]
