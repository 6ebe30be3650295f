"""What forms offer to choose from: intents with their titles, topics."""

from functools import cache
from typing import Any, Dict, List, Tuple

import yaml

from bot.languages import localised
from bot.settings import PROJECT_ROOT

RESPONSES_FOLDER = PROJECT_ROOT / "data" / "responses"


@cache
def intent_choices(language: str) -> List[Tuple[str, str]]:
    """Return every intent with its title, as the assistant's own "did you mean" shows it, by title."""
    titles = _titles()
    intents = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))["intents"]
    named = ((intent, localised(titles.get(intent), language) or intent.replace("_", " ")) for intent in intents)
    return sorted(named, key=lambda choice: choice[1].casefold())


@cache
def _titles() -> Dict[str, Any]:
    phrases = yaml.safe_load((RESPONSES_FOLDER / "choices.yml").read_text(encoding="utf-8"))["phrases"]
    return {key.removeprefix("intent_"): texts for key, texts in phrases.items()}
