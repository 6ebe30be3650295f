"""A small assistant, trained on the spot, behind the real channel in a real Rasa server."""

import asyncio
import textwrap
from types import SimpleNamespace

import pytest

SECRET = "a secret of the tests, long enough"
FILES = {
    "domain.yml": """
        version: "3.1"
        intents: [start_conversation, greet, ask_price, nlu_fallback, restart, fail, stay_silent]
        entities: [language, residence]
        slots:
          language: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: language}]}
        actions: [action_of_a_server_that_is_away]
        responses:
          utter_greet:
          - condition: [{type: slot, name: language, value: fr}]
            text: "Bonjour"
            custom: {answer: {topic: greeting_smalltalk, outcome: small_talk, language: fr}}
          - text: "Hello"
            buttons:
            - {title: "What does a room cost?", payload: '/ask_price{"residence": "bougainville"}'}
            custom: {answer: {topic: greeting_smalltalk, outcome: small_talk, language: en}}
          utter_price: [{text: "308 to 385 €"}]
          utter_fallback: [{text: "I did not understand"}]
          utter_staff_takes_over: [{text: "A person is here"}]
          utter_staff_gives_back: [{text: "The person has left"}]
        session_config: {session_expiration_time: 60, carry_over_slots_to_new_session: true}
        """,
    "config.yml": """
        recipe: default.v1
        assistant_id: tested
        language: en
        pipeline:
        - name: WhitespaceTokenizer
        - name: KeywordIntentClassifier
        - name: RegexEntityExtractor
        - {name: FallbackClassifier, threshold: 0.3}
        policies:
        - {name: RulePolicy, enable_fallback_prediction: false}
        """,
    "data.yml": """
        version: "3.1"
        nlu:
        - intent: greet
          examples: "- hello there\\n- bonjour"
        - intent: ask_price
          examples: "- price\\n- rent of [bougainville](residence)"
        - intent: fail
          examples: "- break down"
        - intent: stay_silent
          examples: "- be quiet"
        - lookup: residence
          examples: "- bougainville"
        rules:
        - {rule: start, steps: [{intent: start_conversation}, {action: utter_greet}]}
        - {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
        - {rule: price, steps: [{intent: ask_price}, {action: utter_price}]}
        - {rule: fallback, steps: [{intent: nlu_fallback}, {action: utter_fallback}]}
        - {rule: fail, steps: [{intent: fail}, {action: action_of_a_server_that_is_away}]}
        - {rule: silent, steps: [{intent: stay_silent}, {action: action_listen}]}
        """,
}


@pytest.fixture(scope="session")
def model_path(tmp_path_factory):
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("assistant")
    for name, text in FILES.items():
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    trained = train(str(folder / "domain.yml"), str(folder / "config.yml"), str(folder / "data.yml"), str(folder))
    return trained.model


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
def agent(model_path, tracker_store):
    from rasa.core.agent import Agent
    from rasa.utils.endpoints import EndpointConfig

    return Agent.load(model_path, tracker_store=tracker_store, action_endpoint=EndpointConfig("http://127.0.0.1:1"))


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
