"""A student in tests: says intents with entities, and hears the worded answers. Rules and wording are the real ones."""

import asyncio
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Dict, List, Mapping, Sequence, Tuple

import yaml
from rasa_sdk import Tracker
from rasa_sdk.executor import ActionExecutor, CollectingDispatcher

from bot.settings import PROJECT_ROOT

PLACEHOLDER = re.compile(r"\{([^\n{}]+?)\}")
NOT_VARIABLES = ("text", "buttons", "elements", "custom", "template", "response", "image", "attachment")


@cache
def responses() -> Mapping[str, List[Mapping[str, Any]]]:
    """Return all response keys of data/responses/."""
    found: Dict[str, Any] = {}
    for path in (PROJECT_ROOT / "data" / "responses").glob("*.yml"):
        found.update(yaml.safe_load(path.read_text(encoding="utf-8")).get("responses") or {})
    return found


@cache
def slots() -> Mapping[str, Mapping[str, Any]]:
    """Return the slots of the domain."""
    return yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))["slots"]


@cache
def steps_of_rules() -> Mapping[str, Tuple[str, ...]]:
    """Return the actions that the rules run for each intent."""
    found = {}
    for path in (PROJECT_ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            intent, *actions = rule["steps"]
            found[intent["intent"]] = tuple(step["action"] for step in actions)
    return found


@cache
def action_server() -> ActionExecutor:
    """Return the executor with the actions registered as the action server does it."""
    executor = ActionExecutor()
    executor.register_package("actions")
    return executor


@dataclass(frozen=True)
class Said:
    """One message of the assistant, worded."""

    response: str
    text: str
    answer: Mapping[str, Any]
    buttons: Sequence[Mapping[str, str]]
    cards: Sequence[Mapping[str, Any]]
    variables: Mapping[str, Any]

    @property
    def choices(self) -> Dict[str, str]:
        """Payloads by title."""
        return {button["title"]: button["payload"] for button in self.buttons}


@dataclass
class Student:
    """Keeps slots and events across turns, as Rasa does."""

    language: str = "en"
    channel: str = "web"
    slots: Dict[str, Any] = field(default_factory=dict)
    events: List[Dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.slots = {**{name: None for name in slots()}, "language": self.language, **self.slots}

    def says(
        self, intent: str, text: str = "", *, ranking: Sequence[Tuple[str, float]] = (), **entities: Any
    ) -> List[Said]:
        """Say something that is understood as `intent`; an entity is a value, or a list of values.

        An entity stands in the text where its value or `(value, "words of the text")` says.
        """
        return self.hears_back(
            {
                "text": text or f"/{intent}",
                "intent": {"name": intent, "confidence": 1.0},
                "entities": [entity for name, values in entities.items() for entity in _entities(name, values, text)],
                "intent_ranking": [{"name": name, "confidence": confidence} for name, confidence in ranking],
            }
        )

    def hears_back(self, message: Mapping[str, Any]) -> List[Said]:
        """Return what is answered to a message as Rasa has understood it."""
        for entity in message["entities"]:
            mappings = slots().get(entity["entity"], {}).get("mappings", ())
            if {"type": "from_entity", "entity": entity["entity"]} in mappings:
                self.slots[entity["entity"]] = entity["value"]
        said = {"event": "user", "text": message["text"], "parse_data": message, "input_channel": self.channel}
        self.events.append(said)
        return [said for step in steps_of_rules()[message["intent"]["name"]] for said in self._run(step, message)]

    def presses(self, payload: str) -> List[Said]:
        """Press a button."""
        intent, _, entities = payload[1:].partition("{")
        return self.says(intent, **(yaml.safe_load("{" + entities) if entities else {}))

    def _run(self, step: str, message: Mapping[str, Any]) -> List[Said]:
        if step.startswith("utter_"):
            return [self._hear({"response": step})]
        tracker = Tracker(
            "student", dict(self.slots), dict(message), list(self.events), False, None, {}, "action_listen"
        )
        dispatcher = CollectingDispatcher()
        events = asyncio.run(action_server().actions[step](dispatcher, tracker, {}))
        # Rasa words the messages by the slots from before the action.
        heard = [self._hear(utterance) for utterance in dispatcher.messages]
        for event in events:
            assert event["event"] in ("slot", "reminder", "cancel_reminder"), event
            if event["event"] != "slot":
                continue  # Rasa's to keep, nothing that a student hears now
            assert event["name"] in self.slots, f"{event['name']} is no slot of the domain"
            self.slots[event["name"]] = event["value"]
        return heard

    def _hear(self, utterance: Mapping[str, Any]) -> Said:
        variation = next(
            one
            for one in responses()[utterance["response"]]
            if all(self.slots[condition["name"]] == condition["value"] for condition in one.get("condition", ()))
        )
        variables = {name: value for name, value in utterance.items() if name not in NOT_VARIABLES}
        custom = utterance.get("custom") or variation.get("custom") or {}
        buttons = [*_unescaped(variation.get("buttons") or ()), *(utterance.get("buttons") or ())]
        text = PLACEHOLDER.sub(lambda match: str(variables[match[1]]), variation["text"])
        self.events.append({"event": "bot", "text": text, "data": {"buttons": buttons, "custom": custom}})
        return Said(
            utterance["response"], text, custom.get("answer") or {}, buttons, custom.get("cards") or [], variables
        )


def _unescaped(buttons: Sequence[Mapping[str, str]]) -> List[Mapping[str, str]]:
    return [{**button, "payload": button["payload"].replace("{{", "{").replace("}}", "}")} for button in buttons]


def _entities(name: str, values: Any, text: str) -> List[Dict[str, Any]]:
    found = []
    for value in values if isinstance(values, list) else [values]:
        code, words = value if isinstance(value, tuple) else (value, value)
        start = text.lower().find(str(words).lower())
        place = {"start": start, "end": start + len(str(words))} if start >= 0 else {}
        found.append({"entity": name, "value": code, **place})
    return found
