"""What the Mobility Factsheets of institutions say: the documents they ask for, the deadlines of nomination."""

from dataclasses import replace
from typing import Iterable, Mapping, Tuple

from actions.facts import as_extra_paragraph, as_list, in_language, provenance_of
from actions.formatting import format_month_day
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.factsheets import find_factsheets, named_in
from bot.mobility.types import Factsheet, FactsheetEntry

MOST_TOLD = 3
"""Factsheets told where the question names no institution; more would bury the answer for this school."""
_TOPICS: Mapping[str, str] = {"document": "documents", "nomination": "nomination"}
_RESERVED = (
    "motivation_letter", "transcript_of_records", "language_certificate", "reference_letter", "portfolio", "cv",
    "other_document",
)  # fmt: skip
"""Documents that the standard names itself, as their phrases are called."""
_RESPONSES: Mapping[str, str] = {
    "document": "utter_factsheet_documents_found",
    "nomination": "utter_factsheet_nomination_found",
}


def named_replies(session: Session, question: Question, subject: str) -> Tuple[Reply, ...]:
    """Return what the factsheets of the institutions that the question names say on a subject."""
    held = find_factsheets(session, subject=subject)
    codes = question.entities.get("institution", ())
    found = named_in(question.text, held) or tuple(sheet for sheet in held if sheet.institution in codes)
    return _told(found, question, subject)


def institutions_named(session: Session, question: Question, subject: str) -> Tuple[str, ...]:
    """Return the codes of the institutions named whose factsheets say something on a subject."""
    return tuple(sheet.institution for sheet in named_in(question.text, find_factsheets(session, subject=subject)))


def further_replies(session: Session, question: Question, subject: str) -> Tuple[Reply, ...]:
    """Return what the factsheets held say on a subject, where the question names no institution."""
    found = find_factsheets(session, subject=subject)
    if len(found) > MOST_TOLD:
        found = tuple(sheet for sheet in found if sheet.is_home)
    return _told(found, question, subject)


def _told(factsheets: Iterable[Factsheet], question: Question, subject: str) -> Tuple[Reply, ...]:
    """Tell what the factsheets state for the terms that the question names, or for all where it names none."""
    terms = question.entities.get("term", ())
    for_terms = (
        replace(sheet, entries=tuple(entry for entry in sheet.entries if not terms or entry.term in (None, *terms)))
        for sheet in factsheets
    )
    return tuple(_tell(sheet, question.language, subject) for sheet in for_terms if sheet.entries)


def _tell(sheet: Factsheet, language: str, subject: str) -> Reply:
    institution = in_language(sheet.name, language)
    lines = [_document(entry, language) if subject == "document" else _nomination(entry, language)
             for entry in sheet.entries]  # fmt: skip
    lacks_year = any(entry.month is not None for entry in sheet.entries)
    return Reply(
        _RESPONSES[subject],
        topic=_TOPICS[subject],
        outcome=Outcome.ANSWERED,
        variables={
            "institution": institution,
            "facts": as_list(lines),
            "missing_year": as_extra_paragraph(phrase("deadline_missing_year", language) if lacks_year else ""),
        },
        provenance=provenance_of(sheet.entries),
        buttons=_further(subject, language),
    )


def _document(entry: FactsheetEntry, language: str) -> str:
    title = _title(entry.title or "", language)
    line = phrase("factsheet_document_bare", language, title=title)
    if entry.details:
        line = phrase("factsheet_document", language, title=title, details=entry.details)
    return phrase("factsheet_linked", language, line=line, url=entry.urls[0]) if entry.urls else line


def _title(title: str, language: str) -> str:
    """Return the name of a document in `language` where the standard reserves it, else as it is written."""
    key = title.lower().replace(" ", "_")
    return phrase(f"factsheet_title_{key}", language) if key in _RESERVED else title


def _nomination(entry: FactsheetEntry, language: str) -> str:
    day = format_month_day(entry.month or 1, entry.day or 1, language)
    return phrase(f"factsheet_nomination_{entry.term or 'autumn'}", language, day=day)


def _further(subject: str, language: str) -> Tuple[Button, ...]:
    intent = "ask_nomination" if subject == "document" else "ask_documents"
    return (Button(phrase(f"intent_{intent}", language), intent),)
