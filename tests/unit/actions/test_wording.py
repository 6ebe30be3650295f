import re

import pytest
import yaml
from conversation_partner import responses

from actions.intent_topics import INTENT_TOPICS
from actions.wording import load_phrases, phrase
from bot.errors import DataFileError
from bot.languages import SUPPORTED_LANGUAGES
from bot.settings import PROJECT_ROOT
from bot.topics import TOPICS

NOT_OFFERED = {
    "start_conversation", "greet", "goodbye", "thank", "affirm", "deny", "insult", "change_language", "out_of_scope",
    "change_criteria", "ask_item", "find_more", "ask_reason", "ask_method", "ask_several",
}  # fmt: skip


def test_a_phrase_is_filled_and_falls_back_to_a_language_it_has():
    assert phrase("number_range", "fr", low="1", high="2") == "1 à 2"
    assert phrase("number_range", "pt", low="1", high="2") == "1 to 2"


def test_an_unknown_phrase_or_placeholder_is_an_error_and_not_a_gap():
    with pytest.raises(KeyError):
        phrase("no_such_phrase", "en")
    with pytest.raises(KeyError):
        phrase("number_range", "en", low="1")


def test_a_phrase_in_two_files_is_refused(tmp_path):
    for name in ("a.yml", "b.yml"):
        (tmp_path / name).write_text("phrases: {same: {en: x}}", encoding="utf-8")
    with pytest.raises(DataFileError, match="same"):
        load_phrases(tmp_path)


def test_every_intent_that_may_be_meant_can_be_offered_in_every_language():
    intents = set(yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"])
    assert intents - NOT_OFFERED == set(INTENT_TOPICS)
    for intent in INTENT_TOPICS:
        titles = load_phrases()[f"intent_{intent}"]
        assert set(titles) == set(SUPPORTED_LANGUAGES)
        assert all(len(title) <= 40 for title in titles.values()), "a button holds no sentence"


def test_choices_lead_where_the_rules_lead():
    rules = {}
    for path in (PROJECT_ROOT / "data" / "rules").glob("*.yml"):
        for rule in yaml.safe_load(path.read_text(encoding="utf-8"))["rules"]:
            rules[rule["steps"][0]["intent"]] = rule["steps"][1]["action"]
    for intent, known in INTENT_TOPICS.items():
        assert known.action == rules[intent]
        assert known.topic in TOPICS


def test_payloads_in_responses_double_their_braces():
    """Rasa fills single braces; a payload with such braces would reach the student broken."""
    payloads = [
        button["payload"]
        for variations in responses().values()
        for variation in variations
        for button in variation.get("buttons") or ()
    ]
    assert payloads
    for payload in payloads:
        # An order to a messaging channel, which never reaches Rasa, has no braces.
        assert re.fullmatch(r"/\w+(\{\{[^{}]+\}\})?|channel:\w+", payload), payload
