"""The real connectors in a real Rasa server behind the real public door, with a small assistant trained on the spot."""

from typing import Any, Dict

import pytest
from platform_server import PlatformServer
from small_assistant import SECRET, Messaging
from students import CHATS, Student


@pytest.fixture(scope="session")
def platforms():
    """The platforms' side."""
    server = PlatformServer()
    yield server
    server.stop()


@pytest.fixture
def loaded_once(monkeypatch):
    """Unpack the model once for all tests: the graph keeps nothing of a conversation."""
    from rasa.core.processor import MessageProcessor

    load = MessageProcessor._load_model

    def load_once(path):
        if path not in LOADED:
            LOADED[path] = load(path)
        return LOADED[path]

    monkeypatch.setattr(MessageProcessor, "_load_model", staticmethod(load_once))


LOADED: Dict[Any, Any] = {}


@pytest.fixture
async def make_messaging(
    small_model, platforms, tmp_path, unused_tcp_port_factory, monkeypatch, touch_up_once, loaded_once
):
    """Return a function that starts the assistant; all are stopped at the end."""
    started = []
    monkeypatch.setattr("sanic.app.TouchUp.run", touch_up_once)
    monkeypatch.setattr("bot.messaging.delivery.FIRST_WAIT_SECONDS", 0.05)
    monkeypatch.setattr("bot.channels.desk.AGAIN_SECONDS", (0.05, 0.05))

    async def make(**settings: str) -> Messaging:
        environment = {"VAR_DIR": str(tmp_path), "SECRET_KEY": SECRET, **platforms.settings, **settings}
        messaging = Messaging(small_model, environment, unused_tcp_port_factory)
        started.append(await messaging.start())
        return messaging

    async def stop(messaging: Messaging) -> None:
        started.remove(messaging)
        await messaging.stop()

    make.stop = stop
    yield make
    for messaging in started:
        await messaging.stop()
    platforms.faults.clear()


@pytest.fixture
async def messaging(make_messaging):
    return await make_messaging()


@pytest.fixture(params=sorted(CHATS))
def student(request, messaging, platforms):
    return Student(request.param, CHATS[request.param](), messaging, platforms)


@pytest.fixture
def on_telegram(messaging, platforms):
    return Student("telegram", CHATS["telegram"](), messaging, platforms)
