"""The same meaning, asked in English and in French, gets the same answer: every pair of the files beside this one.

The real model understands the messages, and the real actions answer from the real facts. A pair that bears `open: <what
differs>` is known not to pass yet; it is left out here and counted by none of the figures.
"""

import re
from collections import Counter
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence

import pytest
import yaml
from conversation_partner import Said, Student

from bot.nlu.trained_model import TrainedModel

LANGUAGES = ("en", "fr")
FEWEST_PAIRS = 300
IN_NEITHER_LANGUAGE = {"ask_languages"}
"""Intents of messages that are written in a third language."""
MANNER = ("language", "requested_language")
_NUMBER = re.compile(r"\d+(?:[\s\u00a0\u202f,](?=\d{3}\b)\d{3})*(?:[.,]\d+)?")
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|https?://[^\s)>\]]+")
_CODE = re.compile(r"\b[A-Z][A-Z0-9-]*\d[\w-]*\b")


class Pair(NamedTuple):
    """Two messages with the same meaning."""

    intent: str
    texts: Mapping[str, str]
    entities: Mapping[str, List[str]]
    after: Optional[Mapping[str, str]]
    """What is said before."""

    def __str__(self) -> str:
        return f"{self.intent}: {self.texts['en']}"


def read_pairs() -> List[Pair]:
    pairs = []
    for path in sorted(Path(__file__).parent.glob("*.yml")):
        for intent, group in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            for pair in group:
                if "open" in pair:
                    continue
                texts = {language: pair[language] for language in LANGUAGES}
                pairs.append(Pair(intent, texts, pair.get("entities") or {}, pair.get("after")))
    return pairs


PAIRS = read_pairs()


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_both_languages_reach_the_same_answer(pair: Pair, model: TrainedModel, students: Dict[str, Student]):
    told = {}
    for language, student in students.items():
        if pair.after:
            student.hears_back(model.parse(pair.after[language]))
        understood = model.parse(pair.texts[language])
        assert understood["intent"]["name"] == pair.intent, f"{language}: {best_of(understood)}"
        for entity, values in pair.entities.items():
            assert values_of(understood, entity) == values, f"{language}: {understood['entities']}"
        told[language] = student.hears_back(understood)
        assert told[language], f"{language}: no answer"
        for said in told[language]:
            assert said.answer.get("language", language) == language
    english, french = told["en"], told["fr"]
    assert [said.response for said in english] == [said.response for said in french]
    for one, other in zip(english, french, strict=True):
        assert facts_of(one) == facts_of(other)


def test_every_intent_has_pairs_and_there_are_enough_of_them():
    domain = yaml.safe_load(Path("domain.yml").read_text(encoding="utf-8"))
    assert set(domain["intents"]) - IN_NEITHER_LANGUAGE == {pair.intent for pair in PAIRS}
    assert len(PAIRS) >= FEWEST_PAIRS


def facts_of(said: Said) -> Mapping[str, Any]:
    """Return what a message tells that does not depend on its language."""
    answer = said.answer
    whole = "\n".join([said.text, *(f"{fact['value']}" for card in said.cards for fact in card["facts"])])
    without_addresses = _ADDRESS.sub(" ", whole)
    return {
        "topic": answer.get("topic"),
        "outcome": answer.get("outcome"),
        "sources": [
            (source["url"], str(source["as_of"]), str(source["verified_on"]), source["sample"])
            for source in answer.get("sources") or ()
        ],
        "addresses": sorted(set(_ADDRESS.findall(whole))),
        "codes": sorted(set(_CODE.findall(without_addresses))),
        "numbers": numbers_in(_CODE.sub(" ", without_addresses)),
        "cards": [(card.get("url"), len(card["facts"])) for card in said.cards],
        "choices": [button["payload"] for button in said.buttons],
    }


def numbers_in(text: str) -> Counter:
    """Return the numbers of a text, however the language groups thousands and marks decimals."""
    found: Counter = Counter()
    for number in _NUMBER.findall(text):
        grouped = re.sub(r"[\s\u00a0\u202f,](?=\d{3}\b)", "", number)
        found[grouped.replace(",", ".").rstrip("0").rstrip(".") if re.search(r"[.,]", grouped) else grouped] += 1
    return found


def values_of(understood: Mapping[str, Any], entity: str) -> Sequence[str]:
    """Return the different values of an entity: "programming in Python" names one subject twice."""
    return list(dict.fromkeys(found["value"] for found in understood["entities"] if found["entity"] == entity))


def best_of(understood: Mapping[str, Any]) -> str:
    return ", ".join(f"{item['name']} {item['confidence']:.2f}" for item in understood["intent_ranking"][:4])


@pytest.mark.parametrize(
    ("english", "french"),
    [("1,105 students", "1\u202f105 étudiants"), ("3.50 euros", "3,5 euros"), ("28 April", "28 avril")],
)
def test_numbers_are_the_same_in_both_notations(english: str, french: str):
    assert numbers_in(english) == numbers_in(french) != Counter()
