"""Two processes of the public door share limits and streams through Redis."""

import asyncio
import json

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.keys import STREAMS
from tests.unit.web.fake_rasa import FakeRasa

SECRET = "a secret of the tests, long enough"


@pytest.fixture
async def doors(redis_server, tmp_path):
    rasa = TestServer(FakeRasa(SECRET).app())
    await rasa.start_server()
    environment = {
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": SECRET,
        "RASA_PORT": str(rasa.port),
        "REDIS_URL": redis_server[1],
    }
    clients = [TestClient(TestServer(create_app(Settings.from_environment(environment)))) for _ in range(2)]
    for client in clients:
        await client.start_server()
    while redis_server[2].pubsub_numsub(clients[0].app[STREAMS].CHANNEL)[0][1] < 2:
        await asyncio.sleep(0.02)
    yield clients
    for client in clients:
        await client.close()
    await rasa.close()


async def open_conversation(door):
    opened = await (await door.post("/api/conversations", json={})).json()
    return {"Authorization": f"Bearer {opened['token']}"}


async def test_what_is_said_at_one_door_reaches_the_stream_at_the_other(doors):
    here, there = doors
    headers = await open_conversation(here)
    stream = await there.get("/api/stream", headers=headers)
    replies = await (await here.post("/api/messages", json={"text": "hi"}, headers=headers)).json()

    async def read(count):
        lines = [line async for line in stream.content if line.startswith(b"data: ")] if count is None else []
        while count and len(lines) < count:
            line = await stream.content.readline()
            lines += [line] if line.startswith(b"data: ") else []
        return [json.loads(line[6:]) for line in lines]

    assert await asyncio.wait_for(read(2), 5) == [replies["sent"], *replies["messages"]]
    await here.delete("/api/conversations/current", headers=headers)
    assert await asyncio.wait_for(read(None), 5) == []


async def test_limits_count_at_all_doors_together(doors):
    headers = await open_conversation(doors[0])
    statuses = []
    for door in doors * 11:
        statuses.append((await door.post("/api/messages", json={"text": "hi"}, headers=headers)).status)
    assert statuses.count(200) == 20
    assert statuses[-2:] == [429, 429]


async def test_without_redis_the_door_still_answers(doors, redis_server):
    here, _ = doors
    headers = await open_conversation(here)
    stream = await here.get("/api/stream", headers=headers)
    redis_server[0].kill()
    redis_server[0].wait()
    assert (await here.post("/api/messages", json={"text": "hi"}, headers=headers)).status == 200
    # The stream may have missed something, so it ends; its reader comes back with a Last-Event-ID.
    await asyncio.wait_for(stream.read(), 5)
