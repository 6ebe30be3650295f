"""What the channels themselves say, from data/responses/channels.yml, and the text that shows a whole message."""

import datetime as dt
import re
from typing import Any, Callable, Dict, List, Mapping, Optional

from babel.dates import format_date
from rasa.core.agent import Agent
from rasa.core.nlg.response import TemplatedNaturalLanguageGenerator

from bot.messaging.platforms.base import Labels, Message

Worded = Dict[str, Any]
_NO_BREAK = "\N{NO-BREAK SPACE}"
LEAST_WORDS = 4
"""Fewer may stand in a text by chance."""


def worded(agent: Agent, key: str, language: str, **variables: Any) -> Worded:
    """Return a response in a language, as Rasa words it."""
    generator = agent.nlg
    if not isinstance(generator, TemplatedNaturalLanguageGenerator):
        raise TypeError("The channels' own wording needs Rasa's generator for responses of the domain.")
    found = generator.generate_from_slots(key, {"language": language}, "", **variables)
    if found is None:
        raise KeyError(key)
    return found


def make_labels(agent: Agent, message: Message, language: str) -> Labels:
    """Return the words around a message."""

    def text(key: str, **variables: Any) -> str:
        return worded(agent, key, language, **variables)["text"]

    return Labels(
        body=unbroken(_body(message, language, text), language),
        choose=text("utter_channel_choose"),
        choose_by_mark=text("utter_channel_choose_by_mark"),
        options=text("utter_channel_options"),
    )


def unbroken(text: str, language: str) -> str:
    """Return a text in which no line ends before a sign that French sets apart ("Prix :", "350 €")."""
    if language != "fr":
        return text
    return re.sub(r" (?=[:;!?»€%])|(?<=«) ", _NO_BREAK, text)


def _body(message: Message, language: str, text: Callable[..., str]) -> str:
    """Return text, cards and sources as one text in Markdown; what the text tells already is not told again."""
    said = message["text"]
    if said and message["sender"] == "staff":
        said = text("utter_channel_staff", said=said)
    cards = [shown for shown in (_card(card, message["text"], text) for card in message["cards"]) if shown]
    between = "\n\n" if any("\n" in card for card in cards) else "\n"
    sources = [_source(source, language, text) for source in (message["answer"] or {}).get("sources") or []]
    return "\n\n".join(part for part in (said, between.join(cards), "\n".join(sources)) if part)


def _card(card: Mapping[str, Any], said: str, text: Callable[..., str]) -> str:
    new = [fact for fact in card["facts"] if not _is_told(fact["value"], said)]
    facts = [text("utter_channel_fact", label=fact["label"], value=fact["value"]) for fact in new]
    known = card["title"] in said
    url = card["url"] if card["url"] and card["url"] not in said and not known else None
    if known and not facts:
        return ""
    if known and len(facts) == 1:
        return f"**{card['title']}** – {facts[0]}"
    subtitle = [] if known else [card["subtitle"]]
    return "\n".join(line for line in (f"**{card['title']}**", *subtitle, *facts, url) if line)


def _is_told(value: str, said: str) -> bool:
    """Return whether a text tells a value, as it is or, where it has several words, in other order."""
    words = re.findall(r"[\w+-]+", value)
    return value in said or (len(words) >= LEAST_WORDS and set(words) <= set(re.findall(r"[\w+-]+", said)))


def _source(source: Mapping[str, Any], language: str, text: Callable[..., str]) -> str:
    title = (source["title"] or source["url"] or "").replace("[", "(").replace("]", ")")
    shown = f"[{title}]({source['url']})" if source["url"] else title
    key = "utter_channel_source_dated" if source["as_of"] else "utter_channel_source_undated"
    read = text("utter_channel_source_read", month=_month(source["verified_on"], language))
    return text(key, source=shown, as_of=source["as_of"], read=read if source["verified_on"] else "").strip()


def _month(day: Optional[str], language: str) -> str:
    parts: List[int] = [int(part) for part in (day or "").split("-") if part.isdigit()]
    if len(parts) < 2:
        return day or ""
    return format_date(dt.date(parts[0], parts[1], 1), "MMMM y", locale=language)
