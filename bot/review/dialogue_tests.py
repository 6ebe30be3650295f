"""A conversation as a dialogue test of Rasa: what the student said, how it was understood, what the assistant did."""

from typing import Any, Dict, Iterable, List, Mapping

import yaml

from bot.errors import BotError
from bot.review.masking import mask

PASSED_OVER = ("action_listen", "action_session_start", "action_extract_slots")


class DialogueTestError(BotError):
    """A conversation makes no test."""


def write_dialogue_test(events: Iterable[Mapping[str, Any]], name: str) -> str:
    """Return the text of a file for tests/dialogue/; personal data in the student's words is hidden."""
    steps: List[Dict[str, Any]] = []
    for event in events:
        if event.get("event") == "user" and (event.get("metadata") or {}).get("web") != "opening":
            intent = ((event.get("parse_data") or {}).get("intent") or {}).get("name")
            if intent:
                steps.append({"user": mask(event.get("text") or ""), "intent": intent})
        elif event.get("event") == "action" and event.get("name") not in PASSED_OVER and steps:
            steps.append({"action": event["name"]})
    if not any("action" in step for step in steps):
        raise DialogueTestError("In this conversation the assistant has answered nothing: there is nothing to test.")
    content = {"version": "3.1", "stories": [{"story": " ".join(name.split()), "steps": steps}]}
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=1000)
