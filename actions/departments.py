"""The departments and specialities: which there are, and how large a part of the catalogue one has."""

from typing import Iterable, Mapping, Tuple

from actions.base import MobilityAction
from actions.course_criteria import EXCHANGE_SEMESTERS, department_name
from actions.formatting import format_as_of, format_semesters, format_texts
from actions.offices import not_known
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.courses import find_courses
from bot.mobility.database import Session
from bot.mobility.departments import department_by_code, find_departments
from bot.mobility.subjects import subject_name
from bot.mobility.types import CourseCriteria, Department

TOPIC = "institution"
MAX_CHOICES = 3
FIRST_CYCLE = "STPI"


class ActionFindDepartments(MobilityAction):
    """List the departments; show the one that is named, or those with courses in the subject that is named."""

    action_name = "action_find_departments"
    criteria = ("department", "subject")
    displaces: Mapping[str, Tuple[str, ...]] = {"department": ("subject",), "subject": ("department",)}

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Answer by department, by subject, or with the whole list."""
        code, subject = question.named("department"), question.named("subject")
        department = department_by_code(session, code=code) if code else None
        if department:
            yield _one(session, question, department)
        elif subject:
            yield _by_subject(session, question, subject)
        else:
            yield _all(session, question)


def which_department(session: Session, question: Question, topic: str) -> Reply:
    """Ask which of the departments named is meant."""
    buttons = tuple(
        Button(department_name(session, code, question.language), "change_criteria", {"department": code})
        for code in question.entities["department"][:MAX_CHOICES]
    )
    return Reply("utter_department_unclear", topic=topic, outcome=Outcome.CLARIFY, buttons=buttons)


def _all(session: Session, question: Question) -> Reply:
    language = question.language
    departments = find_departments(session, with_apprenticeships=True)
    specialities = [one for one in departments if not one.is_apprenticeship and one.code != FIRST_CYCLE]
    apprenticeships = [one for one in departments if one.is_apprenticeship]
    if not specialities:
        return not_known(session, question, TOPIC)
    first_cycle = [_label(one, language) for one in departments if one.code == FIRST_CYCLE]
    variables = {
        "count": str(len(specialities)),
        "specialities": "\n".join(f"- {_label(one, language)}" for one in specialities),
        "first_cycle": format_texts(first_cycle, language),
        "apprenticeship_count": str(len(apprenticeships)),
        "apprenticeships": format_texts((_label(one, language) for one in apprenticeships), language),
        "as_of": format_as_of(specialities[0].provenance, language),
    }
    return Reply(
        "utter_departments_found", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
        provenance=tuple(one.provenance for one in departments),
    )


def _one(session: Session, question: Question, department: Department) -> Reply:
    language = question.language
    hits = find_courses(session, criteria=CourseCriteria(department=department.code), limit=1)
    variables = {
        "department": department_name(session, department.code, language),
        "total": str(hits.total),
        "semesters": format_semesters(hits.by_semester, language),
        "english": str(hits.by_language.get("en", 0)),
        "apprenticeship": phrase("remark_apprenticeship", language) if department.is_apprenticeship else "",
        "as_of": format_as_of(department.provenance, language),
    }
    buttons = tuple(
        Button(phrase(f"intent_{intent}", language), intent, {"department": department.code})
        for intent in ("find_courses", "find_teaching_units")
    )
    return Reply(
        "utter_department_details", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
        provenance=(department.provenance, *(course.provenance for course in hits.courses)), buttons=buttons,
    )


def _by_subject(session: Session, question: Question, subject: str) -> Reply:
    language = question.language
    name = localised(subject_name(session, code=subject), language) or subject
    hits = find_courses(session, criteria=CourseCriteria(subject=subject, semesters=EXCHANGE_SEMESTERS), limit=5)
    if not hits.total:
        return not_known(
            session, question, TOPIC, response="utter_departments_none", variables={"subject": name}
        )
    ranked = sorted(hits.by_department, key=lambda code: -hits.by_department[code])
    lines = (
        phrase("department_count", language, department=department_name(session, code, language), count=count)
        for code, count in ((code, hits.by_department[code]) for code in ranked)
    )
    buttons = tuple(
        Button(code, "find_courses", {"department": code, "subject": subject}) for code in ranked[:MAX_CHOICES]
    )
    return Reply(
        "utter_departments_by_subject", topic=TOPIC, outcome=Outcome.ANSWERED,
        variables={
            "subject": name, "departments": "\n".join(f"- {line}" for line in lines),
            "as_of": format_as_of(hits.courses[0].provenance, language),
        },
        provenance=tuple(course.provenance for course in hits.courses), buttons=buttons,
    )


def _label(department: Department, language: str) -> str:
    name = localised(department.name, language) or department.code
    return phrase("department_label", language, name=name, code=department.code)
