"""A small assistant, trained on the spot, behind the real channel in a real Rasa server."""

import asyncio
from types import SimpleNamespace

import pytest
from small_assistant import SECRET


@pytest.fixture(params=["ours", "sql", "memory"])
def tracker_store(request, tmp_path):
    from rasa.core.tracker_store import InMemoryTrackerStore, SQLTrackerStore
    from rasa.shared.core.domain import Domain

    from bot.dialogue.tracker_store import RecentTurnsTrackerStore

    if request.param == "memory":
        return InMemoryTrackerStore(Domain.empty())
    kind = RecentTurnsTrackerStore if request.param == "ours" else SQLTrackerStore
    return kind(Domain.empty(), host=f"sqlite:///{tmp_path / 'conversations.db'}")


@pytest.fixture
def agent(small_model, tracker_store):
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    return Agent.load(small_model, tracker_store=tracker_store, action_endpoint=EndpointConfig("http://127.0.0.1:1"))


@pytest.fixture
async def rasa_server(agent, unused_tcp_port_factory, monkeypatch, touch_up_once):
    """The real channel, registered as Rasa registers it, in a Sanic server of this loop."""
    from rasa.core.channels.channel import register
    from sanic import Sanic

    from bot.channels.staff import StaffChannel
    from bot.channels.web import WebChannel

    monkeypatch.setattr("sanic.app.TouchUp.run", touch_up_once)
    port, web_port = unused_tcp_port_factory(), unused_tcp_port_factory()
    app = Sanic(f"tested_{port}", configure_logging=False)
    app.ctx.agent = agent
    channel = WebChannel(SECRET, f"http://127.0.0.1:{web_port}")
    register([channel, StaffChannel(SECRET)], app, route="/webhooks/")
    server = await app.create_server(
        "127.0.0.1", port, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": False}
    )
    await server.startup()
    await server.start_serving()
    yield SimpleNamespace(url=f"http://127.0.0.1:{port}", port=port, web_port=web_port, app=app, channel=channel)
    server.close()
    await server.wait_closed()
    await asyncio.sleep(0)


@pytest.fixture
async def door(rasa_server, tmp_path, aiohttp_client):
    """The real public door before it, at the address to which the channel pushes."""
    from aiohttp.test_utils import TestClient, TestServer

    from bot.settings import Settings
    from bot.web.app import create_app

    environment = {
        "VAR_DIR": str(tmp_path),
        "SECRET_KEY": SECRET,
        "RASA_PORT": str(rasa_server.port),
        "ACTIONS_PORT": "1",
    }
    server = TestServer(create_app(Settings.from_environment(environment)), port=rasa_server.web_port)
    async with TestClient(server) as client:
        yield client
