"""What a question searches courses by: read from its entities and words, and told back to the student."""

from dataclasses import replace
from typing import Iterable, List, Mapping, Sequence, Tuple

from actions.formatting import format_semesters, format_texts
from actions.questions import ANY, Question
from actions.search_words import search_words
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.departments import department_by_code, find_departments
from bot.mobility.institution import home_words
from bot.mobility.subjects import subject_name
from bot.mobility.types import CourseCriteria

EXCHANGE_SEMESTERS = tuple(range(5, 11))
"""The semesters of the specialities, which exchange students take part in."""
_TITLES = ("course", "teaching_unit")
CRITERIA = ("department", "semester", "study_year", "term", "course_language", "subject", "keywords")
DISPLACES: Mapping[str, Tuple[str, ...]] = {
    "semester": ("study_year", "term"),
    "study_year": ("semester",),
    "term": ("semester",),
    "subject": ("keywords",),
    "keywords": ("subject",),
}
ENTITIES_OF_FIELD: Mapping[str, Tuple[str, ...]] = {
    "department": ("department",),
    "semesters": ("semester", "study_year", "term"),
    "language": ("course_language",),
    "subject": ("subject",),
    "keywords": ("keywords",),
}
"""Which entities fill a field of CourseCriteria."""


def read_criteria(session: Session, question: Question) -> Question:
    """Return the question with the criteria that its words name besides the entities."""
    entities = {**question.entities, "department": departments_of(session, question)}
    if _overlap(question.spans.get("subject", ()), question.spans.get("department", ())):
        # "computer science" is both; the department is the narrower reading.
        entities.pop("subject", None)
    if not entities.get("course_language") and entities.get("requested_language"):
        # "what can I study in English": said to someone who looks for courses, it is about the courses.
        entities["course_language"] = entities["requested_language"]
    if not entities.get("subject"):
        # A title named among many courses ("courses on fluid-structure interaction") is words to search by.
        spans = [span for name, places in question.spans.items() if name not in _TITLES for span in places]
        entities["keywords"] = search_words(question.text, spans, home_words(session))
    return replace(question, entities={name: values for name, values in entities.items() if values})


def semesters_of(question: Question) -> Tuple[int, ...]:
    """Return the semesters that a question names as such, as years of study or as terms; empty where it names none."""
    named = {int(value) for value in question.entities.get("semester", ()) if value != ANY}
    years = [int(value) for value in question.entities.get("study_year", ()) if value != ANY]
    terms = question.entities.get("term", ())
    if named:
        return tuple(sorted(named))
    semesters = [semester for year in years for semester in (2 * year - 1, 2 * year)]
    if len(terms) == 1 and terms[0] in ("autumn", "spring"):
        parity = 1 if terms[0] == "autumn" else 0
        semesters = [semester for semester in semesters or EXCHANGE_SEMESTERS if semester % 2 == parity]
    return tuple(sorted(set(semesters)))


def departments_of(session: Session, question: Question) -> Tuple[str, ...]:
    """Return the departments named; of namesakes those of the student track, where there are any."""
    codes = question.entities.get("department", ())
    student_track = {department.code for department in find_departments(session)} if len(codes) > 1 else set()
    return tuple(code for code in codes if code in student_track) or codes


def criteria_of(question: Question) -> CourseCriteria:
    """Return what the question names, without the semesters assumed for exchange students."""
    return CourseCriteria(
        department=question.named("department"),
        semesters=semesters_of(question),
        language=question.named("course_language"),
        subject=question.named("subject"),
        keywords=question.entities.get("keywords", ()),
    )


def describe_criteria(session: Session, criteria: CourseCriteria, language: str) -> str:
    """Return the criteria in words: " in Mechanics (MECA), S9, taught in English"; "" for none."""
    parts: List[str] = []
    if criteria.subject:
        name = localised(subject_name(session, code=criteria.subject), language) or criteria.subject
        parts.append(phrase("criterion_subject", language, subject=name))
    if criteria.keywords:
        words = format_texts((f"“{word}”" for word in criteria.keywords), language)
        parts.append(phrase("criterion_keywords", language, words=words))
    if criteria.department:
        name = department_name(session, criteria.department, language)
        parts.append(phrase("criterion_department", language, department=name))
    if criteria.semesters:
        parts.append(phrase("criterion_semesters", language, semesters=format_semesters(criteria.semesters, language)))
    if criteria.language:
        parts.append(phrase(f"taught_in_{criteria.language}", language))
    return "".join(f" {part}" if place == 0 else f", {part}" for place, part in enumerate(parts))


def department_name(session: Session, code: str, language: str) -> str:
    """Return "Mechanical engineering (MECA)"."""
    department = department_by_code(session, code=code)
    if department is None:
        return code
    return phrase("department_label", language, name=localised(department.name, language), code=code)


def _overlap(some: Sequence[Tuple[int, int]], others: Iterable[Tuple[int, int]]) -> bool:
    """Tell whether each of `some` shares characters with one of `others`."""
    others = tuple(others)
    return bool(some) and all(any(start < end_ and start_ < end for start_, end_ in others) for start, end in some)
