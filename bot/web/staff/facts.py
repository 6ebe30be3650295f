"""The facts that answers quote: which most, which have to be verified anew, what a source states."""

from typing import Optional

from aiohttp import web

from bot.mobility.renewal import MOST_FACTS, REASONS, FactRow, describe, list_fact_tables, list_facts, list_renewals
from bot.review.quoted import list_quoted_sources
from bot.web.staff.database import in_mobility, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import render
from bot.web.staff.wording import Words

_SAID_FIRST = ("name", "title", "text", "description")


async def show_quoted(request: web.Request) -> web.Response:
    """List the sources that answers quote most."""
    return await render(request, "quoted.html", sources=await in_review(request, list_quoted_sources))


async def show_renewals(request: web.Request) -> web.Response:
    """List what has to be verified anew."""
    renewals = await in_mobility(request, list_renewals)
    wanted = _one_of(request.query.get("reason"), REASONS)
    shown = [renewal for renewal in renewals if wanted in (None, renewal.reason)]
    return await render(request, "renew.html", renewals=shown, reasons=REASONS, reason=wanted or "", any=bool(renewals))


async def show_facts(request: web.Request) -> web.Response:
    """List facts: of a source, of a table, or those with a word in them."""
    query = request.query
    wanted = {
        "source_url": query.get("source") or None,
        "source_code": query.get("code") or None,
        "table": _one_of(query.get("table"), list_fact_tables()),
        "text": query.get("q", "").strip()[:100],
    }
    facts = await in_mobility(request, list_facts, **wanted) if any(wanted.values()) else ()
    return await render(
        request, "facts.html", facts=facts, wanted=wanted, asked=any(wanted.values()), tables=list_fact_tables(),
        described=_described, most=MOST_FACTS,
    )  # fmt: skip


def _described(fact: FactRow, words: Words) -> str:
    """Return a fact in one line: what it says first, then its other fields by their names; codes are left out."""
    shown = describe(fact, words.language)
    first = next((shown[name] for name in _SAID_FIRST if name in shown), None)
    named = [f"{words.name('field', name)}: {text}" for name, text in shown.items() if text != first]
    return " · ".join([*([first] if first else []), *named]) or fact.key


def _one_of(value: Optional[str], allowed: tuple) -> Optional[str]:
    if value and value not in allowed:
        raise PageError(400, "bad_filter")
    return value or None
