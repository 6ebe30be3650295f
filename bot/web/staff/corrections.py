"""Correct one fact: one field at a time, with its source; no import undoes it."""

from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple

from aiohttp import web
from sqlalchemy.orm import Session

from bot.errors import CorrectionError
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility import corrections
from bot.mobility.columns import Texts, Words
from bot.mobility.imports.templates import TABLES
from bot.review.audit import record
from bot.web.staff.database import change_mobility, change_review, in_mobility
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import render, see_other, with_query
from bot.web.staff.visits import HOME, member_of


@dataclass(frozen=True)
class Field:
    """One field of a fact, as the form shows it."""

    name: str
    kind: str
    """texts (by language), list or plain."""
    value: Any
    may_change: bool


async def show_fact(request: web.Request) -> web.Response:
    """Show a fact, and the form of the field that was chosen."""
    query = request.query
    return await _page(request, query.get("table", ""), query.get("key", ""), query.get("field", ""))


async def correct_fact(request: web.Request) -> web.Response:
    """Change the field, or take all corrections of the fact back."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    table, key, member = form.get("table", ""), form.get("key", ""), member_of(request)
    back = f"{HOME}/fact?{with_query({}, table=table, key=key)}"
    if form.get("act") == "take_back":
        await change_mobility(request, corrections.take_back, table=table, key=key, author=member.name)
        await change_review(request, record, member.email, "fact.take_back", f"{table} {key}"[:200])
        return see_other(back, done="undone")
    field = form.get("field", "")
    try:
        await change_mobility(
            request, corrections.correct_fact, table=table, key=key, field=field, value=_value(table, field, form),
            verified_on=form.get("verified_on", ""), author=member.name, source_title=form.get("source_title", ""),
            source_url=form.get("source_url") or None, as_of=form.get("as_of") or None,
        )  # fmt: skip
    except CorrectionError as error:
        return await _page(request, table, key, field, problem=str(error), given=form)
    await change_review(request, record, member.email, "fact.correct", f"{table} {key}"[:200], field=field)
    return see_other(back, done="corrected")


def _value(table: str, field: str, form: Mapping[str, str]) -> Any:
    kind = _kind(table, field)
    if kind == "texts":
        texts = {name.partition("_")[2]: text.strip() for name, text in form.items() if name.startswith("value_")}
        return {language: text for language, text in texts.items() if text} or None
    value = form.get("value", "").strip()
    if kind == "list":
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value or None


def _kind(table: str, field: str) -> str:
    if table not in TABLES or field not in TABLES[table].columns:
        raise PageError(404, "not_found")
    type_of_column = TABLES[table].columns[field].type
    return "texts" if isinstance(type_of_column, Texts) else "list" if isinstance(type_of_column, Words) else "plain"


async def _page(
    request: web.Request,
    table: str,
    key: str,
    chosen: str,
    *,
    problem: str = "",
    given: Optional[Mapping[str, str]] = None,
) -> web.Response:  # fmt: skip
    if table not in TABLES:
        raise PageError(404, "not_found")
    fields, history = await in_mobility(request, _read, table, key)
    if not fields:
        raise PageError(404, "not_found")
    current = next((field for field in fields if field.name == chosen and field.may_change), None)
    if chosen and current is None:
        raise PageError(404, "not_found")
    languages: List[str] = list(SUPPORTED_LANGUAGES)
    if current is not None and isinstance(current.value, dict):
        languages += [language for language in current.value if language not in languages]
    return await render(
        request, "fact.html", status=400 if problem else 200, table=table, key=key, fields=fields, current=current,
        history=history, problem=problem, given=given or {}, text_languages=languages,
    )  # fmt: skip


def _read(session: Session, table: str, key: str) -> Tuple[List[Field], list]:
    row = corrections.read_fact(session, table, key)
    if row is None:
        return [], []
    may_change = corrections.correctable_fields(table)
    fields = [Field(name, _kind(table, name), value, name in may_change) for name, value in row.items()]
    newest = corrections.find_corrections(session, limit=500)
    return fields, [one for one in newest if (one.table_name, one.row_key) == (table, key)]
