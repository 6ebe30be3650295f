"""Server-sent events: what comes by itself, in every tab, after every break."""

import asyncio
import json

import pytest
from aiohttp import ClientPayloadError

from bot.tokens import CHANNEL_TO_WEB, internal_token
from bot.web.errors import ApiError
from bot.web.streams import STREAMS_PER_CONVERSATION, WAITING_MESSAGES, Streams
from tests.unit.web.conftest import SECRET

INTERNAL = {"Authorization": f"Bearer {internal_token(SECRET, CHANNEL_TO_WEB)}"}


async def open_stream(door, headers, **more):
    response = await door.get("/api/stream", headers={**headers, **more})
    assert response.status == 200
    assert response.headers["Content-Type"] == "text/event-stream"
    return response


async def read_event(stream):
    """Return (id, message) of the next event, or None at the end of the stream."""

    async def read():
        event_id = None
        async for line in stream.content:
            if line.startswith(b"id: "):
                event_id = line[4:].decode().strip()
            if line.startswith(b"data: "):
                return event_id, json.loads(line[6:])
        return None

    return await asyncio.wait_for(read(), 5)


async def push(door, opened, *messages):
    body = {"conversation_id": opened["conversation_id"], "messages": list(messages)}
    response = await door.post("/internal/messages", json=body, headers=INTERNAL)
    assert response.status == 204


async def test_what_is_said_in_one_tab_reaches_the_other(door, make_student):
    headers, _ = await make_student()
    stream = await open_stream(door, headers)
    replies = await (await door.post("/api/messages", json={"text": "hi"}, headers=headers)).json()
    assert await read_event(stream) == (replies["sent"]["id"], replies["sent"])
    assert await read_event(stream) == (replies["messages"][0]["id"], replies["messages"][0])


async def test_what_comes_by_itself_reaches_its_conversation_only(door, make_student, fake_rasa):
    mine, opened = await make_student()
    theirs, other = await make_student()
    stream, foreign = await open_stream(door, mine), await open_stream(door, theirs)
    message, farewell = fake_rasa.make_message("staff", "From the office"), fake_rasa.make_message()
    await push(door, opened, message)
    await push(door, other, farewell)
    assert await read_event(stream) == (message["id"], message)
    assert await read_event(foreign) == (farewell["id"], farewell)


async def test_after_a_break_the_missed_messages_come_first_and_once(door, make_student, fake_rasa):
    headers, opened = await make_student()
    missed = [fake_rasa.make_message(text=str(n)) for n in range(3)]
    fake_rasa.conversations[opened["conversation_id"]] += missed
    stream = await open_stream(door, headers, **{"Last-Event-ID": opened["messages"][0]["id"]})
    new = fake_rasa.make_message(text="new")
    await push(door, opened, missed[-1], new)
    received = [await read_event(stream) for _ in range(4)]
    assert [message["text"] for _, message in received] == ["0", "1", "2", "new"]


async def test_without_a_last_event_only_new_messages_come(door, make_student, fake_rasa):
    headers, opened = await make_student()
    stream = await open_stream(door, headers)
    new = fake_rasa.make_message(text="new")
    await push(door, opened, new)
    assert (await read_event(stream))[1]["text"] == "new"


async def test_a_malformed_last_event_is_refused(door, make_student):
    headers, _ = await make_student()
    assert (await door.get("/api/stream", headers={**headers, "Last-Event-ID": "x"})).status == 400


async def test_the_heartbeat_keeps_the_line_open(door, make_student, monkeypatch):
    monkeypatch.setattr("bot.web.views.streams.HEARTBEAT_SECONDS", 0.05)
    headers, _ = await make_student()
    stream = await open_stream(door, headers)
    assert (await asyncio.wait_for(stream.content.readline(), 2)).startswith(b": ping")


async def test_erasing_ends_the_streams(door, make_student):
    headers, _ = await make_student()
    stream = await open_stream(door, headers)
    await door.delete("/api/conversations/current", headers=headers)
    assert await read_event(stream) is None


async def test_too_many_streams_are_refused_and_closed_ones_are_forgotten(door, make_student, monkeypatch):
    monkeypatch.setattr("bot.web.views.streams.HEARTBEAT_SECONDS", 0.05)
    headers, _ = await make_student()
    streams = [await open_stream(door, headers) for _ in range(STREAMS_PER_CONVERSATION)]
    refused = await door.get("/api/stream", headers=headers)
    assert (refused.status, (await refused.json())["error"]["code"]) == (429, "too_many_streams")
    streams[0].close()
    for _ in range(40):
        await asyncio.sleep(0.05)
        again = await door.get("/api/stream", headers=headers)
        if again.status == 200:
            break
    assert again.status == 200


async def test_a_reader_that_is_too_slow_is_cut_off():
    streams = Streams()
    with streams.subscribe("c") as subscription:
        await streams.publish("c", [{"id": str(n)} for n in range(WAITING_MESSAGES + 5)])
        received = [await subscription.next() for _ in range(WAITING_MESSAGES + 1)]
    assert received[-1] is None
    assert None not in received[:-1]


async def test_nothing_is_kept_of_a_conversation_without_streams():
    streams = Streams()
    with streams.subscribe("c"):
        pass
    await streams.publish("c", [{"id": "1"}])
    with streams.subscribe("c") as subscription:
        await streams.publish("c", [{"id": "2"}])
        assert await subscription.next() == {"id": "2"}


async def test_the_limit_of_streams_counts_per_conversation():
    streams = Streams()
    from contextlib import ExitStack

    with ExitStack() as stack:
        for _ in range(STREAMS_PER_CONVERSATION):
            stack.enter_context(streams.subscribe("c"))
        stack.enter_context(streams.subscribe("other"))
        with pytest.raises(ApiError), streams.subscribe("c"):
            pass


async def test_stopping_the_door_ends_the_streams(make_door, make_student):
    door = await make_door()
    headers, _ = await make_student(door)
    stream = await open_stream(door, headers)
    closing = asyncio.ensure_future(door.server.close())
    try:
        assert await read_event(stream) is None
    except ClientPayloadError:
        pytest.fail("the stream was torn, not ended")
    await asyncio.wait_for(closing, 5)
