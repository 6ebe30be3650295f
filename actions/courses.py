"""The course search: by department, semester, language, subject or words of the title, and any mix of them."""

from dataclasses import replace
from typing import Any, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from actions.base import ListAction
from actions.course_criteria import (
    CRITERIA,
    DISPLACES,
    ENTITIES_OF_FIELD,
    EXCHANGE_SEMESTERS,
    criteria_of,
    describe_criteria,
    read_criteria,
)
from actions.course_wording import course_line, language_in_words
from actions.departments import which_department
from actions.facts import provenance_of
from actions.feed_courses import feed_courses_remark, feed_courses_reply
from actions.formatting import format_as_of, format_semesters, format_texts
from actions.offices import not_known
from actions.questions import ANY, Question
from actions.replies import Button, Outcome, Reply
from actions.search_words import word_meant
from actions.wording import phrase
from bot.mobility.courses import find_courses, has_courses, nearest_criteria, page_of
from bot.mobility.database import Session
from bot.mobility.types import CourseCriteria, CourseHits

TOPIC = "course_search"
MAX_CHOICES = 3
WHOLE_LIST = 25
"""A list that no further question can narrow is told whole up to this length."""


class Search(NamedTuple):
    """What was searched and found."""

    criteria: CourseCriteria
    """As the student named them."""
    searched: CourseCriteria
    """With what was assumed besides."""
    hits: CourseHits
    unknown_words: Tuple[str, ...]
    """Words that no title shows, left out of the search."""


class ActionFindCourses(ListAction):
    """List the courses that fulfil what was said, and ask what narrows a long list."""

    action_name = "action_find_courses"
    criteria = CRITERIA
    displaces = DISPLACES
    item_entity = "course"
    item_action = "action_show_course"
    item_intent = "ask_course_details"

    def read(self, session: Session, question: Question) -> Question:
        """Add the words that titles are searched by."""
        return read_criteria(session, question)

    def items(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Return the codes of the courses on the page."""
        return tuple(course.code for course in self._search(session, question).hits.courses)

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """List a page of courses, or say what was searched in vain."""
        if len(question.entities.get("department", ())) > 1:
            yield which_department(session, question, TOPIC)
            return
        search = self._search(session, question)
        words = _words(question)
        in_vain = not search.hits.courses or (bool(words) and search.unknown_words == words)
        taught_in = search.criteria.language
        told = feed_courses_reply(session, words, question.language, TOPIC, taught_in=taught_in) if in_vain else None
        found = bool(search.hits.courses)
        yield told or (self._found if found else _none_found)(session, question, search)

    def _search(self, session: Session, question: Question) -> Search:
        criteria = criteria_of(question)
        meant = {word: _meant(session, word) for word in criteria.keywords}
        known = tuple(dict.fromkeys(word for word in meant.values() if word))
        unknown = tuple(word for word, title_word in meant.items() if title_word is None)
        without_unknown = replace(criteria, keywords=known)
        if without_unknown == CourseCriteria() and unknown:
            # Nothing else to go by: the whole catalogue would be no answer.
            return Search(criteria, criteria, find_courses(session, criteria=criteria, limit=self.page_size), ())
        searched = without_unknown
        if not searched.semesters:
            assumed = replace(searched, semesters=EXCHANGE_SEMESTERS)
            searched = assumed if has_courses(session, assumed) else searched
        counted = find_courses(session, criteria=searched, limit=0)
        size = self.page_size if _dimensions(counted) or counted.total > WHOLE_LIST else WHOLE_LIST
        hits = page_of(session, counted, offset=question.page * size, limit=size)
        return Search(without_unknown, searched, hits, unknown)

    def _found(self, session: Session, question: Question, search: Search) -> Reply:
        language, hits = question.language, search.hits
        first = question.page * self.page_size + 1
        lines = (f"{number}. {course_line(course, language)}" for number, course in enumerate(hits.courses, first))
        variables = {
            "total": str(hits.total),
            "criteria": describe_criteria(session, search.criteria, language),
            "as_of": format_as_of(hits.courses[0].provenance, language),
            "courses": "\n".join(lines),
            "first": str(first),
            "last": str(first + len(hits.courses) - 1),
        }
        remarks = list(_remarks(search, language)) if question.page == 0 else []
        words = _words(question) if question.page == 0 and not search.unknown_words else ()
        beside, of_feeds = feed_courses_remark(session, words, language, taught_in=search.criteria.language)
        buttons: Tuple[Button, ...] = ()
        if question.page or hits.total > len(hits.courses):
            hint, buttons = _narrowing(search, language)
            remarks.append(hint)
            response = "utter_courses_page" if question.page else "utter_courses_many"
        else:
            response = "utter_course_single" if hits.total == 1 else "utter_courses_all"
        return Reply(
            response,
            topic=TOPIC,
            outcome=Outcome.ANSWERED,
            variables={**variables, "remarks": "".join(f"\n\n{remark}" for remark in (*remarks, beside) if remark)},
            provenance=(*provenance_of(hits.courses), *provenance_of(of_feeds)),
            buttons=buttons,
        )


def _remarks(search: Search, language: str) -> Iterable[str]:
    if search.unknown_words:
        words = format_texts((f"“{word}”" for word in search.unknown_words), language, alternatives=True)
        yield phrase("remark_unknown_words", language, words=words)
    if not search.criteria.semesters and search.searched.semesters:
        yield phrase("remark_exchange_semesters", language)
    elif min(search.hits.by_semester) < EXCHANGE_SEMESTERS[0]:
        yield phrase("remark_first_cycle", language)
    if search.criteria.language == "en":
        yield phrase("remark_english_lower_bound", language)
    yield phrase("remark_open_to_exchange", language)


class _Dimension(NamedTuple):
    """One way to narrow a search: the entity that does it, and how its values are told."""

    entity: str
    question: str
    counts: Mapping
    label: Callable[[Any], str]


def _dimensions(hits: CourseHits) -> Tuple[str, ...]:
    """Return the entities by which the courses found still differ."""
    counts: Dict[str, Mapping] = {
        "department": hits.by_department, "semester": hits.by_semester, "course_language": hits.by_language,
    }
    return tuple(entity for entity, values in counts.items() if len(values) > 1)


def _narrowing(search: Search, language: str) -> Tuple[str, Tuple[Button, ...]]:
    """Return counts with a question that narrows the search best, and choices for it; else how to see the rest."""
    def semester_label(number: int) -> str:
        return format_semesters([number], language)

    def language_label(code: str) -> str:
        return language_in_words(code, language)

    dimensions = (
        _Dimension("department", "narrow_by_department", search.hits.by_department, str),
        _Dimension("semester", "narrow_by_semester", search.hits.by_semester, semester_label),
        _Dimension("course_language", "narrow_by_language", search.hits.by_language, language_label),
    )
    useful = [dimension for dimension in dimensions if dimension.entity in _dimensions(search.hits)]
    if not useful:
        return phrase("list_more_hint", language), ()
    # The best one leaves the fewest courses in its largest group.
    best = min(useful, key=lambda dimension: max(dimension.counts.values()))
    told = format_texts((f"{best.label(value)} ({count})" for value, count in best.counts.items()), language)
    largest = sorted(best.counts, key=lambda value: -best.counts[value])[:MAX_CHOICES]
    buttons = tuple(
        Button(best.label(value), "change_criteria", {best.entity: str(value)})
        for value in best.counts if value in largest
    )
    return phrase(best.question, language, counts=told), buttons


def _words(question: Question) -> Tuple[str, ...]:
    """Return the words that say what the courses are to be about: those searched by, else those of the field named."""
    named = (question.text[start:end] for start, end in question.spans.get("subject", ()))
    return criteria_of(question).keywords or tuple(word for text in named for word in text.split())


def _meant(session: Session, word: str) -> Optional[str]:
    """Return the word that titles are searched by: itself, the one it misspells, or None where no title shows it."""
    if has_courses(session, CourseCriteria(keywords=(word,))):
        return word
    right = word_meant(session, word)
    return right if right and has_courses(session, CourseCriteria(keywords=(right,))) else None


def _none_found(session: Session, question: Question, search: Search) -> Reply:
    """Say what was searched in vain, and offer the searches nearest to it."""
    criteria, language = search.searched, question.language
    buttons: List[Button] = []
    for near in nearest_criteria(session, criteria=criteria)[:MAX_CHOICES]:
        title = phrase(
            "nearest_title", language,
            count=near.total, criteria=describe_criteria(session, near.criteria, language),
        )
        buttons.append(Button(title, "change_criteria", {name: ANY for name in ENTITIES_OF_FIELD[near.dropped]}))
    return not_known(
        session,
        question,
        TOPIC,
        response="utter_courses_none_but_near" if buttons else "utter_courses_none",
        variables={"criteria": describe_criteria(session, criteria, language)},
        buttons=tuple(buttons),
    )
