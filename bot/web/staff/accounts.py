"""Accounts and the log of acts, for administrators."""

import secrets
from typing import Any, Mapping, Tuple

from aiohttp import web

from bot.languages import DEFAULT_LANGUAGE, SUPPORTED_LANGUAGES
from bot.review.accounts import AccountError, add_account, list_accounts, set_disabled, set_password, set_role
from bot.review.audit import PAGE_SIZE, list_act_names, list_acts
from bot.review.permissions import ROLES, Permission
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import number_from, render, see_other
from bot.web.staff.visits import HOME, member_of

_NEW_PASSWORD_BYTES = 15


async def show_accounts(request: web.Request, problem: str = "", made: Tuple[str, ...] = ()) -> web.Response:
    """List the accounts and what each role may do."""
    members = await in_review(request, list_accounts)
    status = 400 if problem else 200
    return await render(
        request, "accounts.html", status=status, members=members, roles=ROLES, permissions=list(Permission),
        problem=problem, made=made,
    )  # fmt: skip


async def change_accounts(request: web.Request) -> web.Response:
    """Add an account, or change one: its role, its password, whether it may sign in."""
    form, actor = await request.post(), member_of(request).email
    act, email = str(form.get("act", "")), str(form.get("email", ""))
    made: Tuple[str, ...] = ()
    try:
        if act == "add":
            made = await _add(request, form, actor)
        elif act == "password":
            password = secrets.token_urlsafe(_NEW_PASSWORD_BYTES)
            await change_review(request, set_password, actor, email, password)
            made = (email, password)
        elif act == "role":
            await change_review(request, set_role, actor, email, str(form.get("role", "")))
        elif act in ("disable", "enable"):
            await change_review(request, set_disabled, actor, email, act == "disable")
        else:
            raise PageError(400, "bad_request")
    except AccountError as error:
        return await show_accounts(request, problem=error.code)
    if made:
        # Shown once, never kept: the person changes it after the first sign-in.
        return await show_accounts(request, made=made)
    return see_other(f"{HOME}/accounts", done="saved")


async def _add(request: web.Request, form: Mapping[str, Any], actor: str) -> Tuple[str, ...]:
    email, sso = str(form.get("email", "")), "sso" in form
    password = None if sso else secrets.token_urlsafe(_NEW_PASSWORD_BYTES)
    language = str(form.get("language", DEFAULT_LANGUAGE))
    await change_review(
        request, add_account, actor, email=email, name=str(form.get("name", "")), role=str(form.get("role", "")),
        password=password, language=language if language in SUPPORTED_LANGUAGES else DEFAULT_LANGUAGE,
    )  # fmt: skip
    return (email, password) if password else ()


async def show_audit(request: web.Request) -> web.Response:
    """Show who did what."""
    query = request.query
    filters = {name: query.get(name, "").strip() for name in ("actor", "act", "subject")}
    before = number_from(query["before"]) if query.get("before") else None
    acts = await in_review(request, list_acts, **filters, before=before)
    names = await in_review(request, list_act_names)
    older = acts[-1].id if len(acts) == PAGE_SIZE else None
    return await render(
        request, "audit.html", acts=acts, names=names, filters=filters, older=older, first=before is None
    )
