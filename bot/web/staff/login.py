"""Sign in, sign out, change the language or one's password."""

from aiohttp import web
from sqlalchemy.orm import Session

from bot.languages import SUPPORTED_LANGUAGES
from bot.review.accounts import check_password, set_language, set_password
from bot.review.audit import record
from bot.review.sessions import close_session, open_session
from bot.web.keys import RATE_LIMITS, SETTINGS
from bot.web.rate_limits import Limit, client_address
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import render, see_other
from bot.web.staff.visits import (
    HOME,
    LANGUAGE_COOKIE,
    SESSION_COOKIE,
    VISIT,
    is_https,
    member_of,
    safe_path,
    set_session_cookie,
)


async def show_login(request: web.Request) -> web.Response:
    """Show the sign-in page; who is signed in goes on."""
    next_path = safe_path(request.query.get("next", HOME))
    if request[VISIT].member is not None:
        return see_other(next_path)
    return await _login_page(request, next_path)


async def sign_in(request: web.Request) -> web.Response:
    """Check address and password; give the browser a new session id."""
    form = await request.post()
    email, password = str(form.get("email", "")).strip(), str(form.get("password", ""))
    limits, address = request.app[RATE_LIMITS], client_address(request)
    await limits.count(Limit.SIGN_IN_ADDRESS, address)
    await limits.count(Limit.SIGN_IN_ACCOUNT, f"{address} {email.lower()}")
    next_path = safe_path(str(form.get("next", HOME)))
    member = await in_review(request, check_password, email, password)
    if member is None:
        await change_review(request, record, "console", "sign_in.refused", email[:200])
        return await _login_page(request, next_path, email=email, wrong=True, status=401)
    return await start_session(request, member.id, member.email, next_path)


async def start_session(request: web.Request, account_id: int, email: str, next_path: str) -> web.Response:
    """Open a session under a new id and go on; the id that the browser had before is worth nothing."""
    former = request[VISIT].session_id

    def rotate(session: Session) -> str:
        close_session(session, former)
        record(session, email, "sign_in")
        return open_session(session, account_id)

    session_id = await change_review(request, rotate)
    response = see_other(next_path)
    set_session_cookie(request, response, session_id)
    return response


async def sign_out(request: web.Request) -> web.Response:
    """End the session on the server and in the browser."""
    await change_review(request, close_session, request[VISIT].session_id)
    response = see_other(f"{HOME}/login", done="signed_out")
    response.del_cookie(SESSION_COOKIE, path=HOME)
    return response


async def change_language(request: web.Request) -> web.Response:
    """Show the console in another language from now on."""
    form = await request.post()
    language, member = str(form.get("language", "")), request[VISIT].member
    if language not in SUPPORTED_LANGUAGES:
        raise PageError(400, "bad_request")
    if member is not None:
        await change_review(request, set_language, member.id, language)
    response = see_other(safe_path(str(form.get("next", HOME))))
    secure = is_https(request)
    response.set_cookie(LANGUAGE_COOKIE, language, path=HOME, httponly=True, samesite="Lax", secure=secure)
    return response


async def show_profile(request: web.Request) -> web.Response:
    """Show one's own account."""
    return await render(request, "profile.html", problem="")


async def change_password(request: web.Request) -> web.Response:
    """Change one's own password; all other browsers are signed out."""
    form, member = await request.post(), member_of(request)
    await request.app[RATE_LIMITS].count(Limit.SIGN_IN_ACCOUNT, member.email)
    if await in_review(request, check_password, member.email, str(form.get("password", ""))) is None:
        return await render(request, "profile.html", status=400, problem="password_wrong")
    new = str(form.get("new_password", ""))
    if new != str(form.get("repeated", "")):
        return await render(request, "profile.html", status=400, problem="password_differs")
    await change_review(request, set_password, member.email, member.email, new)
    return await start_session(request, member.id, member.email, f"{HOME}/profile?done=password")


async def _login_page(
    request: web.Request, next_path: str, *, email: str = "", wrong: bool = False, status: int = 200
) -> web.Response:
    sso = request.app[SETTINGS].oidc is not None
    return await render(request, "login.html", next=next_path, email=email, wrong=wrong, sso=sso, status=status)
