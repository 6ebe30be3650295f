"""The public door before a fake Rasa server."""

from typing import Any, Callable, Optional

import pytest
from aiohttp import CookieJar
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.mobility.database import upgrade
from bot.review import accounts
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.staff import handoff
from tests.unit.web.fake_rasa import FakeRasa
from tests.unit.web.staff_desk import ROLES, Desk, Log, add_accounts

SECRET = "a secret of the tests, long enough"


@pytest.fixture
def fake_rasa() -> FakeRasa:
    return FakeRasa(SECRET)


@pytest.fixture
async def rasa_server(fake_rasa):
    server = TestServer(fake_rasa.app())
    await server.start_server()
    yield server
    await server.close()


@pytest.fixture
def make_settings(tmp_path, rasa_server) -> Callable[..., Settings]:
    def make(**environment: Any) -> Settings:
        return Settings.from_environment(
            {
                "VAR_DIR": str(tmp_path),
                "SECRET_KEY": SECRET,
                "RASA_PORT": str(rasa_server.port),
                "ACTIONS_PORT": "1",
                **environment,
            }
        )

    return make


@pytest.fixture
def make_door(aiohttp_client, make_settings):
    async def make(**environment: Any):
        return await aiohttp_client(create_app(make_settings(**environment)))

    return make


@pytest.fixture
async def door(make_door):
    return await make_door()


@pytest.fixture
def make_student(door):
    """Open a conversation and return the headers that prove it and its greeting."""

    async def make(client=None):
        response = await (client or door).post("/api/conversations", json={"language": "en"})
        opened = await response.json()
        assert response.status == 201, opened
        return {"Authorization": f"Bearer {opened['token']}"}, opened

    return make


@pytest.fixture
def review_url(make_settings) -> str:
    return make_settings().review_database_url


@pytest.fixture
def log(review_url) -> Log:
    """The conversation log, empty."""
    return Log(review_url)


@pytest.fixture
async def make_desk(make_settings, review_url, monkeypatch):
    """Seat members of staff, each at a browser of their own, before one console."""
    # Passwords are hashed as slowly as they should be; not in every test.
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: cheap)
    accounts._decoy.cache_clear()
    # The fake Rasa server writes no log that could be waited for.
    monkeypatch.setattr(handoff, "LOG_LOOKS", 1)
    servers, clients = [], []

    async def make(role: Optional[str] = None, **environment: Any) -> Desk:
        if not servers:
            add_accounts(review_url, *ROLES)
            upgrade(make_settings().mobility_database_url)
            servers.append(TestServer(create_app(make_settings(**{"RATE_LIMITS": "off", **environment}))))
            await servers[0].start_server()
        clients.append(TestClient(servers[0], cookie_jar=CookieJar(unsafe=True)))
        desk = Desk(clients[-1])
        if role is not None:
            response, _ = await desk.sign_in(role)
            assert response.status == 303
        return desk

    yield make
    for client in clients:
        await client.session.close()
    for server in servers:
        await server.close()
    accounts._decoy.cache_clear()
