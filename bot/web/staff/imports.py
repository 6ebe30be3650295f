"""Imports: files are uploaded, the differences looked at, then confirmed."""

import asyncio
import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any, List, Mapping, Optional

from aiohttp import web
from aiohttp.web_request import FileField

from bot.errors import DataFileError
from bot.mobility.imports.adapters import ADAPTERS
from bot.mobility.imports.feed import Options
from bot.mobility.imports.history import find_runs
from bot.mobility.imports.importer import ImportReport, run_import
from bot.review.audit import record
from bot.web.keys import SETTINGS
from bot.web.staff.database import change_review, in_mobility
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import render, see_other
from bot.web.staff.visits import HOME, member_of

KEPT_SECONDS = 24 * 3600
"""Uploads that nobody confirms within a day are thrown away."""
MOST_SHOWN = 200
Form = Mapping[str, Any]
_TOKEN = re.compile(r"[0-9a-f]{32}")
_NAME = re.compile(r"[^\w.-]+")


async def show_imports(request: web.Request, problem: str = "") -> web.Response:
    """Show the form and the runs so far."""
    runs = await in_mobility(request, find_runs)
    return await render(
        request, "imports.html", status=400 if problem else 200, runs=runs, adapters=list(ADAPTERS), problem=problem
    )


async def upload(request: web.Request) -> web.Response:
    """Keep the files and show what importing them would change; nothing is written."""
    form = await request.post()
    files = [part for part in form.getall("files", []) if isinstance(part, FileField) and part.filename]
    if not files:
        return await show_imports(request, problem="no_files")
    token = secrets.token_hex(16)
    await asyncio.to_thread(_keep, _folder(request), token, files)
    return await _look(request, token, form)


async def confirm(request: web.Request) -> web.Response:
    """Import what was looked at."""
    form, member = await request.post(), member_of(request)
    token, paths = str(form.get("token", "")), _kept(request, str(form.get("token", "")))
    if form.get("act") == "discard":
        await asyncio.to_thread(shutil.rmtree, _folder(request) / token, True)
        return see_other(f"{HOME}/imports")
    if form.get("act") == "look":
        return await _look(request, token, form)
    try:
        report = await _run(request, form, paths, dry_run=False)
    except DataFileError as error:
        return await show_imports(request, problem=str(error))
    names = ", ".join(path.name for path in paths)
    await change_review(
        request, record, member.email, "import", names[:200], adapter=str(form.get("adapter")), outcome=report.outcome
    )
    if report.outcome == "stopped":
        return await _differences(request, token, form, report)
    await asyncio.to_thread(shutil.rmtree, _folder(request) / token, True)
    return see_other(f"{HOME}/imports", done="imported")


async def _look(request: web.Request, token: str, form: Form) -> web.Response:
    try:
        report = await _run(request, form, _kept(request, token), dry_run=True)
    except DataFileError as error:
        return await show_imports(request, problem=str(error))
    return await _differences(request, token, form, report)


async def _differences(request: web.Request, token: str, form: Form, report: ImportReport) -> web.Response:
    chosen = {name: str(form.get(name, "")) for name in ("adapter", "institution", "complete", "force")}
    return await render(
        request, "import.html", report=report, token=token, chosen=chosen, files=_kept(request, token), most=MOST_SHOWN
    )


async def _run(request: web.Request, form: Form, paths: List[Path], *, dry_run: bool) -> ImportReport:
    return await asyncio.to_thread(
        run_import,
        str(form.get("adapter", "")),
        paths,
        dry_run=dry_run,
        force=bool(form.get("force")),
        complete=bool(form.get("complete")),
        options=Options(institution=str(form.get("institution", "")).strip() or None),
        url=request.app[SETTINGS].mobility_database_url,
    )


def _folder(request: web.Request) -> Path:
    return request.app[SETTINGS].var / "uploads"


def _kept(request: web.Request, token: str) -> List[Path]:
    folder = _folder(request) / token
    if not _TOKEN.fullmatch(token) or not folder.is_dir():
        raise PageError(400, "upload_gone")
    return sorted(folder.iterdir())


def _keep(folder: Path, token: str, files: List[FileField]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            shutil.rmtree(old, ignore_errors=True)
    place = folder / token
    place.mkdir(mode=0o700)
    for number, file in enumerate(files):
        with (place / (_safe_name(file.filename) or f"file-{number}")).open("wb") as target:
            shutil.copyfileobj(file.file, target)


def _safe_name(name: Optional[str]) -> str:
    """Return a file name that stays in its folder: importers read the format, and some the table, from it."""
    return _NAME.sub("_", Path((name or "").replace("\\", "/")).name).lstrip(".")[:100]
