"""/openapi.json tells the truth: schemathesis calls the door with what it describes, and with what it does not."""

import asyncio
import threading
import urllib.request

import pytest
import schemathesis
from aiohttp import web
from hypothesis import HealthCheck, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import GenerationConfig

from bot.settings import Settings
from bot.tokens import sign_conversation
from bot.web.app import create_app
from bot.web.openapi import describe
from tests.unit.web.fake_rasa import FakeRasa

pytestmark = pytest.mark.slow
SECRET = "a secret of the tests, long enough"
CONVERSATION = "c" * 32
EXAMPLES = 40


class EternalRasa(FakeRasa):
    """Its one conversation cannot be erased, so that every call finds it."""

    async def _erase(self, request):
        return web.Response(status=204)


@pytest.fixture(scope="module")
def door_url(tmp_path_factory):
    """The door before a fake Rasa, in a thread of their own: schemathesis blocks."""
    loop, started, urls = asyncio.new_event_loop(), threading.Event(), []

    async def serve():
        rasa = EternalRasa(SECRET)
        rasa.conversations[CONVERSATION] = [rasa.make_message()]
        rasa_port = await start(rasa.app())
        environment = {
            "VAR_DIR": str(tmp_path_factory.mktemp("var")),
            "SECRET_KEY": SECRET,
            "RATE_LIMITS": "off",
            "RASA_PORT": str(rasa_port),
        }
        urls.append(f"http://127.0.0.1:{await start(create_app(Settings.from_environment(environment)))}")
        started.set()

    async def start(app):
        runner = web.AppRunner(app)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return site._server.sockets[0].getsockname()[1]

    runners: list = []
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    assert started.is_set()
    yield urls[0]
    for runner in reversed(runners):
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(20)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(5)


def _schema():
    loaded = schemathesis.openapi.from_dict(describe())
    loaded.config.generation = GenerationConfig(modes=[GenerationMode.POSITIVE, GenerationMode.NEGATIVE])

    @loaded.auth()
    class Student:
        """Bears the token of the one conversation."""

        def get(self, case, context):
            return sign_conversation(CONVERSATION, SECRET)

        def set(self, case, data, context):
            case.headers = {**(case.headers or {}), "Authorization": f"Bearer {data}"}

    # A stream has no end; test_web_streams.py looks at it.
    return loaded.exclude(path="/api/stream")


@_schema().parametrize()
@settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_door_does_what_its_description_says(case, door_url):
    # Not ready is what this door is, without an action server, and says so as described.
    excluded = [not_a_server_error] if case.path == "/readyz" else []
    case.call_and_validate(base_url=door_url, excluded_checks=excluded)


def test_the_served_description_is_the_one_that_was_tested(door_url):
    import json

    with urllib.request.urlopen(f"{door_url}/openapi.json") as response:
        assert json.load(response) == json.loads(json.dumps(describe()))
