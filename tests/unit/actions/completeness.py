"""What holds for every answer, whatever it is about."""

import re

from conversation_partner import Said

from bot.topics import TOPICS


def assert_complete(said: Said, language: str) -> None:
    """The message reads as a message, and says what it is and where its facts come from."""
    assert not re.search(r"[{}]|\bNone\b", said.text), said.text
    assert "  " not in said.text, said.text
    assert said.answer["language"] == language
    assert said.answer["topic"] in TOPICS
    if said.answer["outcome"] in ("answered", "not_known"):
        assert said.answer["sources"]
        assert all(source["title"] and source["verified_on"] for source in said.answer["sources"])
    if said.answer["outcome"] == "not_known":
        assert re.search(r"[\w.-]+@[\w.-]+\.\w+", said.text), "names no mailbox"
    assert len(said.buttons) <= 3
    for button in said.buttons:
        assert button["title"]
    for card in said.cards:
        assert card["title"]
        assert all(fact["label"] and fact["value"] for fact in card["facts"])


def one(heard: list) -> Said:
    """Return the only message heard."""
    assert len(heard) == 1, heard
    return heard[0]
