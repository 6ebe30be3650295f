"""Facts of the database as the parts of one message: paragraphs, list lines, deadlines, and where they come from."""

from typing import Iterable, Mapping, Optional, Protocol, Tuple

from actions.formatting import format_date, format_month_day
from actions.replies import Button
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.types import Deadline, Provenance, Statement, Texts


class Sourced(Protocol):
    """Anything that says where it comes from."""

    @property
    def provenance(self) -> Provenance:
        """Where the fact comes from and how old it is."""


def provenance_of(facts: Iterable[Sourced]) -> Tuple[Provenance, ...]:
    """Return where the facts come from, in their order."""
    return tuple(fact.provenance for fact in facts)


def in_language(texts: Texts, language: str) -> str:
    """Return the text of a mandatory column in `language`."""
    return localised(texts, language) or ""


def as_list(lines: Iterable[str]) -> str:
    """Return the lines as a Markdown list, a single one as it is."""
    found = [line for line in lines if line]
    return "\n".join(f"- {line}" for line in found) if len(found) > 1 else "".join(found)


def as_paragraphs(*parts: str) -> str:
    """Return the parts that say something, a blank line between them."""
    return "\n\n".join(part for part in parts if part)


def as_extra_paragraph(text: str) -> str:
    """Return `text` ready to follow another paragraph; nothing where there is nothing to say."""
    return f"\n\n{text}" if text else ""


def tell_statements(statements: Iterable[Statement], language: str) -> str:
    """Return what the statements say, one line each."""
    return as_list(in_language(statement.text, language) for statement in statements)


def offer(language: str, *intents: str, entities: Optional[Mapping[str, str]] = None) -> Tuple[Button, ...]:
    """Return a choice for each intent, under the title by which the assistant always offers it."""
    return tuple(Button(phrase(f"intent_{intent}", language), intent, entities or {}) for intent in intents)


def tell_deadline(deadline: Deadline, language: str) -> str:
    """Return what is to be done and until when: "Online application: **before 24 October** (nominated students)"."""
    name = in_language(deadline.name, language)
    line = phrase("deadline_line", language, name=name, when=tell_when(deadline, language))
    if deadline.audience:
        line = phrase("deadline_line_audience", language, line=line, audience=in_language(deadline.audience, language))
    return line


def tell_when(deadline: Deadline, language: str) -> str:
    """Return until when: "before 24 October", "within 3 months of arrival"."""
    if deadline.date is not None:
        day = format_date(deadline.date, language)
    elif deadline.month is not None and deadline.day is not None:
        day = format_month_day(deadline.month, deadline.day, language)
    else:
        return localised(deadline.rule, language) or phrase("deadline_not_stated", language)
    return tell_day(deadline, day, language)


def tell_day(deadline: Deadline, day: str, language: str) -> str:
    """Return "before", "by" or "on" a day, as the source of the deadline says it."""
    key = {True: "deadline_until", False: "deadline_before", None: "deadline_on"}[deadline.inclusive]
    return phrase(key, language, day=day)
