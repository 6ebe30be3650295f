"""The teaching units of a department or semester, with their ECTS."""

from collections import Counter
from decimal import Decimal
from typing import Iterable, Tuple

from actions.base import ListAction, Turn
from actions.conversation import as_answer
from actions.course_criteria import DISPLACES, EXCHANGE_SEMESTERS, departments_of, describe_criteria, semesters_of
from actions.course_wording import unit_line
from actions.departments import which_department
from actions.formatting import format_as_of, format_ects, format_semesters, format_texts
from actions.offices import not_known
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.departments import find_departments
from bot.mobility.teaching_units import find_teaching_units
from bot.mobility.types import CourseCriteria, TeachingUnit

TOPIC = "course_search"
MAX_CHOICES = 3


class ActionFindTeachingUnits(ListAction):
    """List the teaching units of a department and semester."""

    action_name = "action_find_teaching_units"
    criteria = ("department", "semester", "study_year", "term")
    displaces = DISPLACES
    page_size = 10
    """A semester of a department has fewer units than that: it is shown whole, with the sum of its ECTS."""
    item_entity = "teaching_unit"
    item_action = "action_show_course"
    item_intent = "ask_course_details"

    def respond(self, session: Session, question: Question) -> Turn:
        """Take "UE" for the European Union where the student has just been asked where they come from."""
        if question.text.casefold().strip(" .!") == "ue":
            turn = as_answer(session, question.with_entities({"nationality": ("eu",)}))
            if turn:
                return turn
        return super().respond(session, question)

    def read(self, session: Session, question: Question) -> Question:
        """Of departments with the same name prefer those of the student track."""
        return question.with_entities({"department": departments_of(session, question)})

    def items(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Return the codes of the units on the page."""
        return tuple(unit.code for unit in self._page(_units(session, question), question))

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """List a page of units; without a department or semester say what a unit is and ask for one."""
        if len(question.entities.get("department", ())) > 1:
            yield which_department(session, question, TOPIC)
            return
        language = question.language
        units = _units(session, question)
        criteria = CourseCriteria(department=question.named("department"), semesters=semesters_of(question))
        described = describe_criteria(session, criteria, language)
        page = self._page(units, question)
        if criteria == CourseCriteria():
            yield _explained(session, units, language)
            return
        if not page:
            yield not_known(
                session, question, TOPIC, response="utter_teaching_units_none", variables={"criteria": described}
            )
            return
        hint, buttons = _narrowing(units, criteria, language) if len(units) > self.page_size else ("", ())
        variables = {
            "total": str(len(units)),
            "criteria": described,
            "units": "\n".join(
                f"{number}. {unit_line(unit, language)}"
                for number, unit in enumerate(page, start=question.page * self.page_size + 1)
            ),
            "sum": _sum(units, language),
            "as_of": format_as_of(page[0].provenance, language),
            "hint": f"\n\n{hint}" if hint else "",
        }
        yield Reply(
            "utter_teaching_units_found", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
            provenance=tuple(unit.provenance for unit in page), buttons=buttons,
        )

    def _page(self, units: Tuple[TeachingUnit, ...], question: Question) -> Tuple[TeachingUnit, ...]:
        start = question.page * self.page_size
        return units[start : start + self.page_size]


def _units(session: Session, question: Question) -> Tuple[TeachingUnit, ...]:
    department = question.named("department")
    units = find_teaching_units(session, department=department, semesters=semesters_of(question))
    if department:
        return units
    student_track = {found.code for found in find_departments(session)}
    return tuple(unit for unit in units if unit.department in student_track)


def _sum(units: Tuple[TeachingUnit, ...], language: str) -> str:
    """Return the sum of the ECTS where it means something: in one semester of one department."""
    places = {(unit.department, unit.semester) for unit in units}
    stated = [unit.ects for unit in units if unit.ects is not None]
    if len(places) != 1 or len(stated) != len(units) or len(units) < 2:
        return ""
    return phrase("units_sum", language, ects=format_ects(sum(stated, Decimal()), language))


def _narrowing(
    units: Tuple[TeachingUnit, ...], criteria: CourseCriteria, language: str
) -> Tuple[str, Tuple[Button, ...]]:
    if not criteria.department:
        return _choices("narrow_by_department", "department", [unit.department for unit in units], language)
    counts = [unit.semester for unit in units]
    return _choices("narrow_by_semester", "semester", counts, language)


def _choices(question: str, entity: str, values: list, language: str) -> Tuple[str, Tuple[Button, ...]]:
    def label(value: object) -> str:
        return format_semesters([int(str(value))], language) if entity == "semester" else str(value)

    counts = Counter(values)
    largest = [value for value, _ in counts.most_common(MAX_CHOICES)]
    told = format_texts((f"{label(value)} ({count})" for value, count in counts.items()), language)
    buttons = tuple(
        Button(label(value), "change_criteria", {entity: str(value)}) for value in counts if value in largest
    )
    return phrase(question, language, counts=told), buttons


def _explained(session: Session, units: Tuple[TeachingUnit, ...], language: str) -> Reply:
    offered = tuple(unit for unit in units if unit.semester in EXCHANGE_SEMESTERS)
    hint, buttons = _narrowing(offered, CourseCriteria(), language)
    return Reply(
        "utter_teaching_units_explained", topic=TOPIC, outcome=Outcome.ANSWERED,
        variables={"total": str(len(offered)), "hint": hint},
        provenance=tuple(unit.provenance for unit in offered[:1]), buttons=buttons,
    )
