"""The public door before a fake Rasa server."""

from typing import Any, Callable

import pytest
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from bot.web.app import create_app
from tests.unit.web.fake_rasa import FakeRasa

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
