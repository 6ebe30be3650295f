"""How a course plan is told: its courses, credits, and what to look at."""

from typing import Iterable, Tuple

from actions.course_wording import choice_title, course_line
from actions.files import offer_file
from actions.formatting import format_ects, format_semesters, format_texts, format_weekday
from actions.replies import Attachment
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.course_plans import CoursePlan, UnitChoice
from bot.mobility.timetables import CourseSlot
from bot.mobility.types import Course, Provenance


def tell_courses(plan: CoursePlan, language: str) -> str:
    """Return the courses as a numbered list."""
    return "\n".join(f"{place}. {course_line(course, language)}" for place, course in enumerate(plan.courses, start=1))


def tell_titles(courses: Iterable[Course], language: str) -> str:
    """Return "**Machine Learning (ASI42-ML)** and **Géotechnique (GC41)**"."""
    titles = (choice_title(localised(course.title, language), course.code) for course in courses)
    return format_texts((f"**{title}**" for title in titles), language)


def tell_credits(plan: CoursePlan, language: str) -> str:
    """Return the sum of the ECTS as far as it is known, and that they are given by teaching units."""
    complete = [choice for choice in plan.units if choice.is_complete and choice.unit.ects is not None]
    partial = [choice for choice in plan.units if not choice.is_complete]
    unknown = [choice for choice in plan.units if choice.is_complete and choice.unit.ects is None]
    total = format_ects(plan.complete_ects, language)
    parts = [
        phrase("course_plan_sum", language, ects=total, count=len(complete))
        if complete else phrase("course_plan_no_sum", language)
    ]
    if partial:
        lines = "\n".join(f"- {_tell_part(choice, language)}" for choice in partial)
        parts.append(phrase("course_plan_partial", language, units=lines))
    if unknown:
        units = format_texts((choice.unit.code for choice in unknown), language)
        parts.append(phrase("course_plan_ects_unknown", language, units=units))
    if plan.without_unit:
        parts.append(phrase("course_plan_no_unit", language, codes=format_texts(plan.without_unit, language)))
    return "\n\n".join(parts)


def tell_remarks(plan: CoursePlan, language: str) -> str:
    """Return what the student should look at: several departments or semesters, timetables."""
    remarks = []
    if len(plan.departments) > 1:
        departments = format_texts(plan.departments, language)
        remarks.append(phrase("course_plan_departments", language, departments=departments))
    if len({semester % 2 for semester in plan.semesters}) > 1:
        semesters = format_semesters(plan.semesters, language)
        remarks.append(phrase("course_plan_half_years", language, semesters=semesters))
    elif len(plan.semesters) > 1:
        semesters = format_semesters(plan.semesters, language)
        remarks.append(phrase("course_plan_semesters", language, semesters=semesters))
    remarks.extend(_tell_clash(one, other, language) for one, other in plan.clashes)
    if len(plan.courses) > 1 and plan.without_slots:
        if plan.slots:
            codes = format_texts(plan.without_slots, language)
            remarks.append(phrase("course_plan_timetable_partly", language, codes=codes))
        else:
            remarks.append(phrase("course_plan_no_timetable", language))
    elif len(plan.courses) > 1 and not plan.clashes:
        remarks.append(phrase("course_plan_no_clash", language))
    return "\n".join(f"- {remark}" for remark in remarks)


def provenance_of_plan(plan: CoursePlan) -> Tuple[Provenance, ...]:
    """Return where courses and units come from."""
    units = (choice.unit.provenance for choice in plan.units)
    return (*(course.provenance for course in plan.courses), *units, *(slot.provenance for slot in plan.slots))


def offer_exports(plan: CoursePlan, language: str) -> Tuple[Attachment, ...]:
    """Return the plan as a table and as a page to print."""
    criteria = {"courses": [course.code for course in plan.courses]}
    return tuple(
        attachment
        for kind in ("courses.csv", "courses.html")
        for attachment in offer_file(kind, criteria, language)
    )


def _tell_clash(one: CourseSlot, other: CourseSlot, language: str) -> str:
    return phrase(
        "course_plan_clash", language, one=one.course, other=other.course, day=format_weekday(one.weekday, language),
        start=max(one.starts_at, other.starts_at), end=min(one.ends_at, other.ends_at),
    )


def _tell_part(choice: UnitChoice, language: str) -> str:
    return phrase(
        "course_plan_part", language,
        title=choice_title(localised(choice.unit.title, language), choice.unit.code),
        ects=format_ects(choice.unit.ects, language), chosen=len(choice.chosen), total=choice.total,
    )
