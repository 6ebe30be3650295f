"""Each replaced part of Rasa does what Rasa's own does."""

import asyncio
import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from aiohttp import web

from bot.settings import PROJECT_ROOT


def test_event_names_lead_to_rasas_classes(monkeypatch):
    from rasa.shared.core.events import Event
    from rasa.shared.utils.common import all_subclasses

    from bot.dialogue import event_types

    monkeypatch.setattr(event_types, "_known", {})
    names = {kind.type_name for kind in all_subclasses(Event)}
    assert len(names) > 20
    for name in [*names, *names, "topic"]:
        assert event_types.resolve_by_type(name) is event_types._walk_the_classes(name), name
    default = event_types.resolve_by_type("slot")
    assert event_types.resolve_by_type("unheard of", default) is default
    with pytest.raises(ValueError, match="unheard of"):
        event_types.resolve_by_type("unheard of")


ANSWERS = [
    {"events": [], "responses": []},
    {"events": [{"event": "slot", "name": "page", "value": 1, "timestamp": None}], "responses": [{"text": "a"}]},
    {},
    {"events": [{"event": "slot", "timestamp": None}], "responses": []},
    {"events": [{"event": "unheard of"}], "responses": []},
    {"events": {}, "responses": []},
    {"events": [], "responses": ["text"]},
    {"events": [{"event": "slot", "name": "page", "value": 1, "timestamp": "now"}], "responses": []},
    {"events": [{"event": "slot", "name": 1, "value": 1}], "responses": []},
    {"events": [{"event": "user", "text": "a", "parse_data": {"entities": [{"entity": "a"}]}}], "responses": []},
    {"events": [{"event": "bot", "metadata": []}], "responses": []},
    {"events": [{"event": ["slot"]}], "responses": []},
    {"events": ["slot"], "responses": []},
    None,
]


def test_each_kind_of_event_can_be_judged_by_its_own_schema():
    from rasa.shared.utils.schemas.events import EVENT_SCHEMA

    from bot.dialogue.action_answers import _validators

    assert len(_validators().by_kind) == len(EVENT_SCHEMA["oneOf"])


@pytest.mark.parametrize("answer", ANSWERS, ids=str)
def test_answers_of_the_action_server_are_judged_as_rasa_does(answer):
    from jsonschema import ValidationError
    from rasa.core.actions.action import RemoteAction

    from bot.dialogue.action_answers import validate_action_result

    def judge(function):
        try:
            return function(RemoteAction("action_ask_price", None), answer)
        except ValidationError as error:
            return error.message, list(error.absolute_path)

    assert judge(validate_action_result) == judge(RemoteAction._validate_action_result)


@pytest.fixture
async def server(aiohttp_server):
    """A server that counts its connections and answers with what it was sent."""
    connections = set()

    async def answer(request):
        connections.add(request.transport)
        return web.json_response({"body": await request.json(), "authorization": request.headers.get("Authorization")})

    app = web.Application()
    app.router.add_post("/webhook", answer)
    running = await aiohttp_server(app)
    running.connections = connections
    return running


@pytest.fixture
async def kept_sessions(monkeypatch):
    from rasa.utils.endpoints import EndpointConfig

    from bot.dialogue import action_connection

    released = []

    async def release(app, loop):
        released.append(app)

    monkeypatch.setattr(action_connection, "_release_resources", release)
    with monkeypatch.context() as patch:
        patch.setattr(EndpointConfig, "session", action_connection.kept_session)
        yield SimpleNamespace(close=action_connection.close_sessions, released=released, undo=patch.undo)
    await action_connection.close_sessions("app", asyncio.get_running_loop())


async def test_calls_share_one_connection_and_answer_as_before(server, kept_sessions):
    from rasa.utils.endpoints import EndpointConfig

    login = {"username": "rasa", "password": "actions"}
    endpoint = EndpointConfig(str(server.make_url("/webhook")), basic_auth=login)
    answers = [await endpoint.request(json={"call": number}) for number in range(5)]
    assert len(server.connections) == 1
    kept_sessions.undo()
    assert answers == [await endpoint.request(json={"call": number}) for number in range(5)]
    assert len(server.connections) == 6, "Rasa opens one for each"


async def test_sessions_are_closed_with_the_server(server, kept_sessions):
    from rasa.utils.endpoints import EndpointConfig

    endpoint = EndpointConfig(str(server.make_url("/webhook")))
    await endpoint.request(json={})
    await kept_sessions.close("app", asyncio.get_running_loop())
    assert kept_sessions.released == ["app"], "Rasa's own release is still done"
    assert endpoint.kept[1].closed
    assert (await endpoint.request(json={"again": True}))["body"] == {"again": True}


def test_the_training_graph_is_read_when_asked_for():
    from rasa.engine.graph import GraphSchema, SchemaNode

    from bot.dialogue.training_graph import TrainingGraph

    node = SchemaNode({}, RuleNode, "create", "run", {"a": 1}, is_target=True)
    serialized = GraphSchema({"rules": node}).as_dict()
    graph = TrainingGraph(json.loads(json.dumps(serialized)))
    assert "nodes" not in vars(graph)
    assert graph.nodes == {"rules": node}
    assert graph.as_dict() == serialized


class RuleNode:
    """Stands in the graph for a component."""


CHECK = """
import sys
from bot.dialogue.tensorflow_on_demand import keep_tensorflow_out
keep_tensorflow_out()
from bot.dialogue.server import replace_parts_of_rasa
replace_parts_of_rasa()
import rasa.core.run, rasa.core.agent, spacy
from rasa.core.policies.rule_policy import RulePolicy
from rasa.nlu.classifiers.fallback_classifier import FallbackClassifier
assert not [name for name in sys.modules if name.split(".")[0] == "tensorflow"], "imported at the start"
import rasa.utils.train_utils as train_utils
assert issubclass(train_utils.RasaTrainingLogger, __import__("tensorflow").keras.callbacks.Callback)
print("as before")
"""


@pytest.mark.slow
def test_tensorflow_is_imported_only_when_something_uses_it():
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", CHECK], cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=300
    )
    assert done.stdout.strip() == "as before", done.stderr


def conversation(turns, domain):
    from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    events = [ActionExecuted("action_listen")]
    for number in range(turns):
        events += [
            UserUttered(f"message {number}", {"name": "ask_price", "confidence": 1.0}),
            SlotSet("residence", f"residence {number}"),
            ActionExecuted("action_ask_price"),
            BotUttered(f"answer {number}"),
            ActionExecuted("action_listen"),
        ]
    tracker = DialogueStateTracker.from_events("student", events, domain.slots)
    tracker.update(UserUttered("now", {"name": "greet", "confidence": 1.0}))
    return tracker


@pytest.mark.parametrize(("turns", "sent"), [(0, ["now"]), (1, ["message 0", "now"]), (5, ["message 4", "now"])])
@pytest.mark.parametrize("selective", [True, False])
def test_actions_are_called_as_before_but_for_what_was_said_long_ago(domain, turns, sent, selective):
    from rasa.core.actions.action import RemoteAction
    from rasa.utils.endpoints import EndpointConfig

    from bot.dialogue.action_calls import call_format

    action = RemoteAction("action_ask_price", EndpointConfig("http://actions", enable_selective_domain=selective))
    tracker = conversation(turns, domain)
    rasas = action._action_call_format(tracker, domain)
    ours = call_format(action, tracker, domain)
    events = ours["tracker"].pop("events")
    all_events = rasas["tracker"].pop("events")
    assert ours == rasas
    assert events == all_events[-len(events) :]
    assert [event["text"] for event in events if event["event"] == "user"] == sent
    assert not turns or [event["text"] for event in events if event["event"] == "bot"] == [f"answer {turns - 1}"]


def test_an_empty_domain_is_told_from_one_that_is_not(domain):
    from rasa.shared.core.domain import Domain

    from bot.dialogue.empty_domain import is_empty

    greeting = Domain.from_dict({"intents": ["greet"]})
    for tried in (domain, Domain.empty(), greeting, Domain.empty()):
        assert is_empty(tried) is tried.is_empty()
    assert [is_empty(Domain.empty()), is_empty(greeting)] == [True, False]


def test_what_would_be_logged_is_copied_only_when_it_is_logged(monkeypatch, caplog):
    import rasa.core.policies.rule_policy
    import rasa.core.processor

    from bot.dialogue import log_copies

    for module in (rasa.core.policies.rule_policy, rasa.core.processor):
        source = Path(module.__file__).read_text(encoding="utf-8")
        deep = re.findall(r"\w+=copy\.deepcopy\(", source)
        assert deep, "each of them names a value of a log line"
        assert len(re.findall(r"(?<![\w.])copy\.", source)) == len(deep), "copy serves nothing else there"
        monkeypatch.setattr(module, "copy", module.copy)
    log_copies.install()
    value = {"events": [1]}
    with caplog.at_level(logging.WARNING):
        assert rasa.core.processor.copy.deepcopy(value) is value
    with caplog.at_level(logging.DEBUG):
        copied = rasa.core.policies.rule_policy.copy.deepcopy(value)
    assert copied == value
    assert copied["events"] is not value["events"]


FILLED = """
version: "3.1"
intents: [greet, ask_price]
entities: [language, residence]
slots:
  language: {type: text, influence_conversation: false, mappings: [{type: from_entity, entity: language}]}
  wish: {type: any, mappings: [{type: from_intent, intent: ask_price, value: price}]}
  page: {type: any, mappings: [{type: custom}]}
  checked: {type: any, mappings: [{type: custom, action: action_check}]}
  residence: {type: any, mappings: [{type: custom}, {type: from_entity, entity: residence}]}
actions: [action_check%s]
"""


@pytest.mark.parametrize("further", ["", ", action_validate_slot_mappings"])
@pytest.mark.parametrize("intent", ["greet", "ask_price"])
@pytest.mark.parametrize("named", [[], ["language"], ["language", "residence", "page"]])
async def test_a_message_fills_the_slots_that_it_fills_in_rasa(monkeypatch, further, intent, named):
    from rasa.core.actions.action import ActionExtractSlots
    from rasa.shared.core.domain import Domain
    from rasa.shared.core.events import SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    from bot.dialogue import slot_filling

    asked = []

    async def answer(_action, name, *_rest):
        asked.append(name)
        return [SlotSet("checked", name)]

    monkeypatch.setattr(ActionExtractSlots, "_run_custom_action", answer)
    domain = Domain.from_yaml(FILLED % further)
    entities = [{"entity": name, "value": f"a {name}"} for name in named]
    message = UserUttered("now", {"name": intent, "confidence": 1.0}, entities)
    tracker = DialogueStateTracker.from_events("student", [message], domain.slots)
    arguments = (ActionExtractSlots(None), None, None, tracker, domain)
    for _ in range(2):
        ours = [(event.key, event.value) for event in await slot_filling.run(*arguments)]
        asked_by_ours, asked[:] = list(asked), []
        rasas = [(event.key, event.value) for event in await slot_filling._ask_for_all(*arguments)]
        assert (ours, asked_by_ours) == (rasas, asked)
        assert "checked" in dict(rasas)
        asked.clear()
    assert "page" in {slot.name for slot in domain.slots}, "the domain itself keeps them all"
