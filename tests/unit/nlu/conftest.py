"""Rasa's own storage in a temporary folder, the sentence encoder, and a few examples."""

from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlu.embedding.encoder import SentenceEncoder
from bot.nlu.examples import Example
from bot.settings import Settings

EXAMPLES = [
    Example(text, intent, language)
    for (intent, language), texts in {
        ("ask_price", "en"): [
            "how much is a room",
            "what does a room cost",
            "price of the housing",
            "room price please",
        ],
        ("ask_price", "fr"): [
            "combien coûte une chambre",
            "quel est le prix d'une chambre",
            "le prix du logement",
            "prix",
        ],
        ("find_courses", "en"): [
            "which courses are there",
            "courses in semester 9",
            "show me the courses",
            "course list",
        ],
        ("find_courses", "fr"): [
            "quels cours y a-t-il",
            "les cours du semestre 9",
            "montre-moi les cours",
            "liste des cours",
        ],
        ("greet", "en"): ["hello", "hi there", "good morning", "good evening to you"],
        ("greet", "fr"): ["bonjour", "salut à toi", "bonsoir", "coucou tout le monde"],
        ("out_of_scope", "en"): ["order me a pizza", "what is the weather", "who won the match", "sing a song for me"],
        ("out_of_scope", "fr"): [
            "commande une pizza",
            "quel temps fait-il",
            "qui a gagné le match",
            "chante une chanson",
        ],
    }.items()
    for text in texts
]


@pytest.fixture(scope="session")
def encoder() -> SentenceEncoder:
    """The real model; its network is built once per machine."""
    return SentenceEncoder.load(Settings.from_environment().var / "cache")


@pytest.fixture
def examples() -> List[Example]:
    return list(EXAMPLES)


@pytest.fixture
def training_data(examples: List[Example]) -> TrainingData:
    return TrainingData([Message.build(text=example.text, intent=example.intent) for example in examples])


@pytest.fixture
def example_folder(tmp_path: Path, examples: List[Example]) -> Path:
    """The examples as files, as LanguageIdentifier reads them."""
    for language in ("en", "fr"):
        blocks = "".join(
            f"- intent: {intent}\n  examples: |\n"
            + "".join(f"    - {e.text}\n" for e in examples if (e.intent, e.language) == (intent, language))
            for intent in sorted({example.intent for example in examples})
        )
        file = tmp_path / "nlu" / language / "all.yml"
        file.parent.mkdir(parents=True)
        file.write_text(f'version: "3.1"\nnlu:\n{blocks}', encoding="utf-8")
    return tmp_path / "nlu"


@pytest.fixture
def graph(tmp_path: Path) -> Tuple[LocalModelStorage, Resource, ExecutionContext]:
    """What Rasa gives to a component."""
    (tmp_path / "model").mkdir()
    context = ExecutionContext(GraphSchema({}), node_name="component")
    return LocalModelStorage.create(tmp_path / "model"), Resource("component"), context


@pytest.fixture
def create(graph: Tuple[Any, ...]) -> Callable[..., Any]:
    """Create a component the way Rasa does, with its defaults and the given options."""

    def make(component: Any, **options: Any) -> Any:
        return component.create({**component.get_default_config(), **options}, *graph)

    return make


@pytest.fixture
def load(graph: Tuple[Any, ...]) -> Callable[..., Any]:
    """Load what a component has stored."""

    def make(component: Any, **options: Any) -> Any:
        return component.load({**component.get_default_config(), **options}, *graph)

    return make


@pytest.fixture
def find(request: pytest.FixtureRequest) -> Callable[..., List[Tuple[str, str, str]]]:
    """Return (entity, value, characters) that a component finds in a text."""

    def process(component: Any, text: str, intent: str = "any") -> List[Tuple[str, str, str]]:
        message = Message({TEXT: text, INTENT: {"name": intent, "confidence": 1.0}})
        component.process([message])
        return [(found["entity"], found["value"], text[found["start"] : found["end"]]) for found in entities(message)]

    return process


def entities(message: Message) -> List[Dict[str, Any]]:
    return message.get(ENTITIES) or []
