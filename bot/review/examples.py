"""Marked messages as training examples: one tidy file per language and topic, nothing twice, no personal data."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Callable, Dict, Iterable, List, Mapping, Set, Tuple

import yaml

from bot.review.masking import has_personal_data, mask
from bot.review.words import fold

LONGEST_EXAMPLE = 300
HEAD = "# Messages of students that staff have marked; written by `python -m bot review train`.\n"


@dataclass(frozen=True)
class MarkedMessage:
    """A student's message with its right intent."""

    event_id: int
    text: str
    language: str
    intent: str
    fixed: bool = False


def is_example(text: str) -> bool:
    """Tell whether a message may be learnt from: short, and with nothing personal in it, hidden or not."""
    return (
        0 < len(text.strip()) <= LONGEST_EXAMPLE
        and not has_personal_data(text)
        and mask(text) == text
        and ("[" not in text and "]" not in text)
    )


def reviewed_files(
    marks: Iterable[MarkedMessage], known: Iterable[str], topic_of: Callable[[str], str]
) -> Mapping[str, str]:
    """Return the files by their path under data/nlu, such as `en/reviewed_visa.yml`.

    `known` are the examples that there are already, whatever their intent: what stands there is not repeated.
    """
    seen: Set[str] = {_key(text) for text in known}
    found: Dict[Tuple[str, str], Dict[str, List[str]]] = defaultdict(lambda: defaultdict(list))
    for mark in sorted(marks, key=lambda mark: mark.event_id):
        text = " ".join(mark.text.split())
        if is_example(text) and _key(text) not in seen:
            seen.add(_key(text))
            found[mark.language, topic_of(mark.intent)][mark.intent].append(text)
    return {f"{language}/reviewed_{topic}.yml": _file(intents) for (language, topic), intents in sorted(found.items())}


def _file(intents: Mapping[str, List[str]]) -> str:
    blocks = []
    for intent, texts in sorted(intents.items()):
        lines = "".join(f"    - {text}\n" for text in sorted(texts, key=fold))
        blocks.append(f"- intent: {intent}\n  examples: |\n{lines}")
    content = f'{HEAD}version: "3.1"\n\nnlu:\n' + "\n".join(blocks)
    yaml.safe_load(content)  # what a student writes must never make a file that cannot be read
    return content


def _key(text: str) -> str:
    return " ".join(fold(text).split())
