"""A small assistant, trained on the spot in seconds, behind the real connectors in a real Rasa server."""

import asyncio
import textwrap
from pathlib import Path
from typing import Any, Dict

import aiohttp
import pytest

from bot.settings import PROJECT_ROOT, Settings

SECRET = "a secret of the tests, long enough"
PRICE = "**308 to 385 €** a month in [Bougainville](https://school.example/b)"
FILES = {
    "domain.yml": """
        version: "3.1"
        intents: [start_conversation, greet, ask_price, ask_help, change_language, find_residences, ask_school_location,
                  nlu_fallback, restart, fail, stay_silent]
        entities: [language, requested_language, residence]
        slots:
          language:
            type: text
            influence_conversation: false
            mappings: [{type: from_entity, entity: language}, {type: from_entity, entity: requested_language}]
          stay: {type: any, influence_conversation: false, mappings: [{type: custom}]}
        actions: [action_of_a_server_that_is_away]
        responses:
          utter_greet:
          - condition: [{type: slot, name: language, value: fr}]
            text: "Bonjour"
            custom: {answer: {topic: greeting_smalltalk, outcome: small_talk, language: fr}}
          - text: "Hello"
            buttons:
            - {title: "What does a room cost?", payload: '/ask_price{{"residence": "bougainville"}}'}
            - {title: "Help", payload: '/ask_help'}
            custom: {answer: {topic: greeting_smalltalk, outcome: small_talk, language: en}}
          utter_price:
          - text: "**308 to 385 €** a month in [Bougainville](https://school.example/b)"
            custom:
              answer:
                topic: housing_price
                outcome: answered
                language: en
                sources: [{title: "The school's page", url: "https://school.example/a", as_of: "2018-2019",
                           verified_on: "2026-11", sample: false}]
          utter_help: [{text: "I can help"}]
          utter_language: [{text: "Language set"}]
          utter_residences:
          - text: "1. One\\n2. Two"
            buttons:
            - {title: "More residences", payload: "/greet"}
            - {title: "Price of a room", payload: "/ask_price"}
          utter_location: [{text: "685 avenue de l'Université"}]
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
        - intent: stay_silent
          examples: "- be quiet"
        - lookup: residence
          examples: "- bougainville"
        - intent: find_residences
          examples: "- residences"
        - intent: fail
          examples: "- break down"
        rules:
        - {rule: start, steps: [{intent: start_conversation}, {action: utter_greet}]}
        - {rule: greet, steps: [{intent: greet}, {action: utter_greet}]}
        - {rule: price, steps: [{intent: ask_price}, {action: utter_price}]}
        - {rule: help, steps: [{intent: ask_help}, {action: utter_help}]}
        - {rule: language, steps: [{intent: change_language}, {action: utter_language}]}
        - {rule: residences, steps: [{intent: find_residences}, {action: utter_residences}]}
        - {rule: location, steps: [{intent: ask_school_location}, {action: utter_location}]}
        - {rule: fallback, steps: [{intent: nlu_fallback}, {action: utter_fallback}]}
        - {rule: silent, steps: [{intent: stay_silent}, {action: action_listen}]}
        - {rule: fail, steps: [{intent: fail}, {action: action_of_a_server_that_is_away}]}
        """,
}


@pytest.fixture(scope="session")
def small_model(tmp_path_factory) -> Path:
    """The model of the small assistant."""
    from rasa.model_training import train

    folder = tmp_path_factory.mktemp("small_assistant")
    for name, text in FILES.items():
        (folder / name).write_text(textwrap.dedent(text), encoding="utf-8")
    responses = PROJECT_ROOT / "data" / "responses"
    data = [str(folder / "data.yml"), str(responses / "channels.yml")]
    return train(str(folder / "domain.yml"), str(folder / "config.yml"), data, str(folder)).model


class Messaging:
    """The assistant as a platform sees it: webhooks go in through the public door."""

    def __init__(self, model: Any, settings: Dict[str, str], ports: Any):
        self.settings = settings
        self._model = model
        self._ports = ports
        self.agent: Any = None
        self.channels: Dict[str, Any] = {}

    async def start(self) -> "Messaging":
        """Start Rasa's server with the connectors, and the public door."""
        from aiohttp.test_utils import TestClient, TestServer
        from rasa.core.agent import Agent
        from rasa.core.channels.channel import register
        from rasa.shared.core.domain import Domain
        from rasa.utils.endpoints import EndpointConfig
        from sanic import Sanic

        from bot.channels import connectors
        from bot.channels.staff import StaffChannel
        from bot.channels.web import WebChannel
        from bot.dialogue.tracker_store import RecentTurnsTrackerStore
        from bot.web.app import create_app

        port, web_port = self._ports(), self._ports()
        environment = {**self.settings, "PORT": str(web_port), "RASA_PORT": str(port), "ACTIONS_PORT": "1"}
        settings = Settings.from_environment(environment)
        self.url, self.rasa_url = f"http://127.0.0.1:{web_port}", f"http://127.0.0.1:{port}"
        store = RecentTurnsTrackerStore(Domain.empty(), host=settings.tracker_database_url)
        self.agent = Agent.load(self._model, tracker_store=store, action_endpoint=EndpointConfig("http://127.0.0.1:1"))
        app = Sanic(f"messaging_{port}", configure_logging=False)
        app.ctx.agent = self.agent
        kinds = (connectors.TelegramChannel, connectors.WhatsAppChannel, connectors.SlackChannel,
                 connectors.MessengerChannel)  # fmt: skip
        made = [WebChannel(SECRET, self.url), StaffChannel(SECRET), *(kind.from_settings(settings) for kind in kinds)]
        self.channels = {channel.name(): channel for channel in made}
        register(made, app, route="/webhooks/")
        self._server = await app.create_server(
            "127.0.0.1", port, return_asyncio_server=True, asyncio_server_kwargs={"start_serving": False}
        )
        await self._server.startup()
        await self._server.start_serving()
        await self._server.after_start()
        self.door = TestClient(TestServer(create_app(settings), port=web_port))
        await self.door.start_server()
        return self

    async def stop(self) -> None:
        await self.door.close()
        await self._server.before_stop()
        self._server.close()
        await self._server.wait_closed()
        await asyncio.sleep(0)

    async def post(self, webhook: Any, **headers: str) -> aiohttp.ClientResponse:
        """Deliver a webhook as the platform does."""
        path = f"/webhooks/{webhook.channel}/webhook"
        response = await self.door.post(path, data=webhook.body, headers={**webhook.headers, **headers})
        await response.read()
        return response

    async def said(self, conversation_id: str) -> list:
        """Return what was said in a conversation, as pairs of sender and text."""
        from bot.channels.conversations import read_events
        from bot.channels.messages import messages_of

        events = read_events(self.agent.tracker_store, conversation_id)
        return [(message["sender"], message["text"]) for message in messages_of(events)]
