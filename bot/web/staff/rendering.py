"""Templates to pages."""

from functools import cache
from pathlib import Path
from typing import Any, Dict, Mapping, Optional
from urllib.parse import urlencode

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from bot.languages import SUPPORTED_LANGUAGES
from bot.review.permissions import Permission
from bot.web.staff.errors import PageError
from bot.web.staff.visits import HOME, VISIT
from bot.web.staff.waiting import count_waiting
from bot.web.staff.wording import Words

TEMPLATES_FOLDER = Path(__file__).resolve().parent / "templates"


async def render(request: web.Request, template: str, *, status: int = 200, **values: Any) -> web.Response:
    """Return a page in the visitor's language."""
    visit = request[VISIT]
    waiting = await count_waiting(request) if visit.may(Permission.READ) else 0
    text = (
        environment()
        .get_template(template)
        .render(
            visit=visit,
            member=visit.member,
            may=lambda name: visit.may(Permission[name]),
            words=(words := Words(visit.language)),
            t=words.text,
            lang=visit.language,
            languages=SUPPORTED_LANGUAGES,
            home=HOME,
            here=request.path,
            here_with_query=request.rel_url.raw_path_qs,
            waiting=waiting,
            notice=_notice(request, words),
            **values,
        )
    )
    return web.Response(
        text=text, status=status, content_type="text/html", headers={"Content-Language": visit.language}
    )


def see_other(path: str, *, done: Optional[str] = None) -> web.Response:
    """Send the browser on after a form; `done` names the notice that the next page shows (wording `done_<name>`)."""
    if done:
        path += ("&" if "?" in path else "?") + urlencode({"done": done})
    return web.Response(status=303, headers={"Location": path})


def csv_file(text: str, name: str) -> web.Response:
    """Return a table for download; the mark at the start has spreadsheets read it as UTF-8."""
    return web.Response(
        body=("﻿" + text).encode("utf-8"),
        headers={"Content-Type": "text/csv; charset=utf-8", "Content-Disposition": f'attachment; filename="{name}"'},
    )


def safe_cell(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip()[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def with_query(query: Mapping[str, Any], **changes: Any) -> str:
    """Return the query of an address with some values changed or (None, "") taken away."""
    merged: Dict[str, Any] = {**query, **changes}
    return urlencode({key: value for key, value in merged.items() if value not in (None, "", [])}, doseq=True)


def number_from(text: Optional[str], *, code: str = "not_found") -> int:
    """Return the number that an address or a form names; raise PageError where it is none."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 18:
        raise PageError(404 if code == "not_found" else 400, code)
    return int(text)


@cache
def environment() -> Environment:
    """Return the templates; everything that is put into them is escaped."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["markdown"] = _markdown
    made.globals["with_query"] = with_query
    return made


@cache
def _markdown_reader() -> MarkdownIt:
    # The same little Markdown as the chat page: HTML stays text, links lead to http, https and mail only.
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "linkify": False})
    return reader.disable(["image", "heading", "lheading", "html_block", "html_inline", "reference", "code", "fence"])


def _markdown(text: str) -> Markup:
    return Markup(_markdown_reader().render(text))  # noqa: S704 - the reader escapes all HTML


def _notice(request: web.Request, words: Words) -> str:
    done = request.query.get("done", "")
    key = f"done_{done}"
    return words.text(key) if done.isidentifier() and words.has(key) else ""
