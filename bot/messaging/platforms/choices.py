"""Choices in a text: how they are numbered, and which one the student's words mean."""

import re
import unicodedata
from typing import Any, List, Mapping, Optional, Sequence

Message = Mapping[str, Any]
_LISTED = re.compile(r"(?m)^\s*(?:\d+[.)]|[-*•]) ")
_NUMBERED = re.compile(r"(?m)^\s*\d+[.)] ")
_ORDINALS = (
    ("first", "1st", "premier", "premiere", "1er", "1ere"),
    ("second", "2nd", "deuxieme", "seconde", "2e", "2eme"),
    ("third", "3rd", "troisieme", "3e", "3eme"),
    ("fourth", "4th", "quatrieme", "4e", "4eme"),
    ("fifth", "5th", "cinquieme", "5e", "5eme"),
    ("sixth", "6th", "sixieme", "6e", "6eme"),
    ("seventh", "7th", "septieme", "7e", "7eme"),
    ("eighth", "8th", "huitieme", "8e", "8eme"),
    ("ninth", "9th", "neuvieme", "9e", "9eme"),
    ("tenth", "10th", "dixieme", "10e", "10eme"),
)
_CARDINALS = (
    ("one", "un", "une"), ("two", "deux"), ("three", "trois"), ("four", "quatre"), ("five", "cinq"),
    ("six",), ("seven", "sept"), ("eight", "huit"), ("nine", "neuf"), ("ten", "dix"),
)  # fmt: skip
_LAST = ("last", "dernier", "derniere")
_BEFORE = r"(?:(?:the|le|la|number|numero|option|choice|choix|no|n|answer|reponse|i take|je prends) )*"
_AFTER = r"(?: (?:one|option|choice|choix|please|s il vous plait|svp|stp))*"


def choice_marks(message: Message) -> List[str]:
    """Return what stands before each choice: numbers; letters where the text has a list that numbers refer to."""
    count = len(message["buttons"])
    if _LISTED.search(message["text"]) and count <= 26:
        return [chr(ord("A") + position) for position in range(count)]
    return [str(position + 1) for position in range(count)]


def typed_choice(text: str, message: Message, *, refers_to_list: bool = True) -> Optional[int]:
    """Return the position of the choice of `message` that the words name, by number, ordinal or title; else None.

    Numbers mean the entries of a list in the text; where nothing is known of its entries (`refers_to_list` false), the
    choices, unless the text itself counts.
    """
    titles = [button["title"] for button in message["buttons"]]
    said = _plain(text)
    if not said or not titles or len(said) > 80:
        return None
    known = [_plain(title) for title in titles]
    if said in known:
        return known.index(said) if known.count(said) == 1 else None
    wanted = re.fullmatch(f"{_BEFORE}(?P<word>[a-z0-9]+){_AFTER}", said)
    if wanted is None:
        return None
    marks = choice_marks(message)
    position = _position(wanted["word"], marks)
    if position is None and not refers_to_list and not _NUMBERED.search(message["text"]):
        position = _position(wanted["word"], [str(number) for number in range(1, len(marks) + 1)])
    return position


def _position(word: str, marks: Sequence[str]) -> Optional[int]:
    lowered = [mark.lower() for mark in marks]
    if word in lowered:
        return lowered.index(word)
    if lowered[0] != "1":
        return None  # numbers and ordinals mean the list in the text
    if word in _LAST:
        return len(marks) - 1
    for names in (_ORDINALS, _CARDINALS):
        for position, forms in enumerate(names[: len(marks)]):
            if word in forms:
                return position
    return None


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in folded if not unicodedata.combining(c) and unicodedata.category(c) != "Cf")
    return " ".join(re.findall(r"\w+", letters))
