"""A course plan as a page to print, with the fields of a learning agreement."""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any, List

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from bot.files.course_rows import COLUMNS, course_rows
from bot.files.sources import LOCALES, tell_source
from bot.languages import localised
from bot.mobility.course_plans import CoursePlan
from bot.mobility.database import Session
from bot.mobility.institution import home_institution
from bot.wording import phrase

_FOLDER = Path(__file__).parent / "templates"


def course_page(session: Session, plan: CoursePlan, language: str, today: dt.date) -> bytes:
    """Return the page as HTML; its style and script are files of the public door."""
    locale = LOCALES.get(language, language)
    school = home_institution(session)

    def number(value: Any) -> str:
        return format_decimal(value, format="#,##0.##", locale=locale)

    def wording(key: str, **variables: Any) -> str:
        return phrase(key, language, **variables)

    page = _template().render(
        language=language,
        school=localised(school.name, language) if school else "",
        printed=format_date(today, "long", locale=locale),
        columns=COLUMNS,
        rows=course_rows(plan, language),
        units=plan.units,
        total=plan.complete_ects,
        sources=_sources(plan, language),
        localised=lambda texts: localised(texts, language) or "",
        number=number,
        wording=wording,
    )
    return page.encode("utf-8")


def _sources(plan: CoursePlan, language: str) -> List[str]:
    """Return each source once, with its age."""
    provenances = [course.provenance for course in plan.courses] + [choice.unit.provenance for choice in plan.units]
    return list(dict.fromkeys(tell_source(one, language) for one in provenances))


@cache
def _template() -> Template:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("course_plan.html")
