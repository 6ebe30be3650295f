"""One course or teaching unit: what the catalogue states about it, and its ECTS."""

from dataclasses import replace
from typing import Iterable, Mapping, Sequence, Tuple, Union

from actions.base import MobilityAction, Turn
from actions.course_criteria import semesters_of
from actions.course_wording import choice_title, course_card, course_line, language_in_words, unit_line
from actions.facts import offer
from actions.feed_courses import feed_courses_reply
from actions.formatting import format_as_of, format_ects, format_hours, format_semesters, format_texts
from actions.offices import not_known
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.responding import respond_to_intent
from actions.search_words import search_words, word_meant
from actions.short_messages import credits_of
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.courses import course_by_code, courses_of_unit, courses_written_in, find_courses
from bot.mobility.database import Session
from bot.mobility.institution import home_words
from bot.mobility.teaching_units import find_teaching_units
from bot.mobility.types import Course, CourseCriteria, TeachingUnit

MAX_CHOICES = 3
Found = Union[Course, TeachingUnit]


class ActionShowCourse(MobilityAction):
    """Show a course, or the courses of a teaching unit, named by code or title."""

    action_name = "action_show_course"
    criteria = ("course", "teaching_unit")
    context = ("course", "teaching_unit")
    displaces: Mapping[str, Tuple[str, ...]] = {"course": ("teaching_unit",), "teaching_unit": ("course",)}
    topic = "course_details"
    intent = "ask_course_details"

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Show the one that is meant; ask which where several are; offer the search where none is."""
        found = _candidates(session, question)
        if len(found) > 1:
            yield self._which(found, question)
        elif not found:
            yield self._none(session, question)
        elif isinstance(found[0], TeachingUnit):
            yield self.show_unit(session, found[0], question)
        else:
            yield self.show_course(found[0], question)

    def show_course(self, course: Course, question: Question) -> Reply:
        """Return the details of a course."""
        language = question.language
        variables = {
            "title": localised(course.title, language) or course.code,
            "code": course.code,
            "departments": format_texts(course.departments, language),
            "semesters": format_semesters(course.semesters, language),
            "hours": format_hours(course.hours, language),
            "course_language": language_in_words(course.language, language),
            "units": _units_in_words(course, language),
            "as_of": format_as_of(course.provenance, language),
        }
        return Reply(
            "utter_course_details", topic=self.topic, outcome=Outcome.ANSWERED, variables=variables,
            provenance=_provenance(course), cards=(course_card(course, language),),
            buttons=offer(language, "report_course_choice", entities={"course": course.code}),
        )

    def show_unit(self, session: Session, unit: TeachingUnit, question: Question) -> Reply:
        """Return the details of a teaching unit: its ECTS and its courses."""
        language = question.language
        courses = courses_of_unit(session, code=unit.code, department=unit.department)
        variables = {
            **_unit_variables(unit, language),
            "count": str(len(courses)),
            "courses": "\n".join(f"- {course_line(course, language)}" for course in courses),
        }
        response = "utter_teaching_unit_details" if courses else "utter_teaching_unit_empty"
        return Reply(
            response, topic=self.topic, outcome=Outcome.ANSWERED, variables=variables,
            provenance=(unit.provenance, *(course.provenance for course in courses)),
        )

    def without_name(self, session: Session, question: Question) -> Reply:
        """Answer a question that names no course at all."""
        buttons = (Button(phrase("intent_find_courses", question.language), "find_courses"),)
        return Reply("utter_course_which", topic=self.topic, outcome=Outcome.CLARIFY, buttons=buttons)

    def _which(self, found: Sequence[Found], question: Question) -> Reply:
        language = question.language
        buttons = tuple(
            Button(choice_title(localised(one.title, language), one.code), self.intent, _entities_of(one))
            for one in found[:MAX_CHOICES]
        )
        lines = [
            unit_line(one, language) if isinstance(one, TeachingUnit) else course_line(one, language)
            for one in found[:MAX_CHOICES]
        ]
        return Reply(
            "utter_course_unclear", topic=self.topic, outcome=Outcome.CLARIFY, buttons=buttons,
            variables={"courses": "\n".join(f"- {line}" for line in lines)},
            provenance=tuple(one.provenance for one in found[:MAX_CHOICES]),
        )

    def _none(self, session: Session, question: Question) -> Reply:
        spans = [span for places in question.spans.values() for span in places]
        words = search_words(question.text, spans, home_words(session))
        if not words:
            return self.without_name(session, question)
        meant = tuple(word_meant(session, word) or word for word in words)
        hits = find_courses(session, criteria=CourseCriteria(keywords=meant), limit=MAX_CHOICES)
        if hits.courses:
            return self._which(hits.courses, question)
        if told := feed_courses_reply(session, words, question.language, self.topic):
            return told
        buttons = (Button(phrase("intent_find_courses", question.language), "find_courses"),)
        return not_known(
            session, question, self.topic, response="utter_course_unknown", buttons=buttons,
            variables={"words": format_texts((f"“{word}”" for word in words), question.language)},
        )


class ActionShowCourseCredits(ActionShowCourse):
    """Show the ECTS of a course: those of its teaching unit, the catalogue states no others."""

    action_name = "action_show_course_credits"
    topic = "ects_learning_agreement"
    intent = "ask_course_credits"

    def respond(self, session: Session, question: Question) -> Turn:
        """Tell the sum of the course plan where that was talked about."""
        about = credits_of(question)
        plan = respond_to_intent(session, replace(question, intent=about)) if about not in (None, self.intent) else None
        return plan or super().respond(session, question)

    def show_course(self, course: Course, question: Question) -> Reply:
        """Return the ECTS of the units that the course belongs to."""
        language = question.language
        variables = {
            "title": localised(course.title, language) or course.code,
            "code": course.code,
            "as_of": format_as_of(course.provenance, language),
        }
        if not course.teaching_units:
            return Reply(
                "utter_course_credits_without_unit", topic=self.topic, outcome=Outcome.ANSWERED, variables=variables,
                provenance=_provenance(course),
            )
        units = "\n".join(f"- {unit_line(unit, language)}" for unit in course.teaching_units)
        return Reply(
            "utter_course_credits", topic=self.topic, outcome=Outcome.ANSWERED, variables={**variables, "units": units},
            provenance=_provenance(course), cards=(course_card(course, language),),
        )

    def show_unit(self, session: Session, unit: TeachingUnit, question: Question) -> Reply:
        """Return the ECTS of a teaching unit."""
        return Reply(
            "utter_teaching_unit_credits", topic=self.topic, outcome=Outcome.ANSWERED,
            variables=_unit_variables(unit, question.language), provenance=(unit.provenance,),
        )

    def without_name(self, session: Session, question: Question) -> Reply:
        """Say how the catalogue states ECTS."""
        some = find_teaching_units(session, semesters=(9,))[:1]
        return Reply(
            "utter_credits_explained", topic=self.topic, outcome=Outcome.ANSWERED,
            provenance=tuple(unit.provenance for unit in some),
        )


def _candidates(session: Session, question: Question) -> Tuple[Found, ...]:
    """Return what the names may mean; a department or semester named besides tells namesakes apart."""
    found: list = [
        course for code in question.entities.get("course", ())
        if (course := course_by_code(session, code=code)) is not None
    ]
    for code in question.entities.get("teaching_unit", ()):
        found.extend(find_teaching_units(session, code=code))
    # Names of a very large catalogue are not recognised beforehand.
    found = found or list(courses_written_in(session, question.text))
    department, semesters = question.named("department"), set(semesters_of(question))
    fitting = [one for one in found if _stands_in(one, department, semesters)]
    return tuple(fitting or found)


def _stands_in(one: Found, department: object, semesters: set) -> bool:
    departments = (one.department,) if isinstance(one, TeachingUnit) else one.departments
    numbers = {one.semester} if isinstance(one, TeachingUnit) else set(one.semesters)
    return (not department or department in departments) and (not semesters or bool(semesters & numbers))


def _entities_of(one: Found) -> Mapping[str, str]:
    if isinstance(one, TeachingUnit):
        return {"teaching_unit": one.code, "department": one.department, "semester": str(one.semester)}
    return {"course": one.code}


def _unit_variables(unit: TeachingUnit, language: str) -> Mapping[str, str]:
    return {
        "title": localised(unit.title, language) or unit.code,
        "code": unit.code,
        "departments": unit.department,
        "semesters": format_semesters([unit.semester], language),
        "ects": format_ects(unit.ects, language),
        "as_of": format_as_of(unit.provenance, language),
    }


def _units_in_words(course: Course, language: str) -> str:
    if not course.teaching_units:
        return phrase("unit_not_stated", language)
    return "; ".join(
        phrase(
            "unit_short", language,
            title=localised(unit.title, language) or unit.code, code=unit.code, ects=format_ects(unit.ects, language),
        )
        for unit in course.teaching_units
    )


def _provenance(course: Course) -> tuple:
    return (course.provenance, *(unit.provenance for unit in course.teaching_units))
