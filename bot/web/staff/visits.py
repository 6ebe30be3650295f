"""Who is looking: the browser's session id, the member of staff it belongs to, the language to show."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Optional
from urllib.parse import urlsplit

from aiohttp import web

from bot.languages import DEFAULT_LANGUAGE, supported_language
from bot.review.accounts import Member
from bot.review.permissions import Permission
from bot.review.sessions import find_member, new_session_id, note_seen
from bot.web.keys import SETTINGS
from bot.web.staff.database import change_review, in_review

SESSION_COOKIE = "staff_session"
LANGUAGE_COOKIE = "staff_language"
HOME = "/staff"


@dataclass(frozen=True)
class Visit:
    """One request's visitor."""

    session_id: str
    """From the cookie, or newly made; it proves nothing unless `member` is set."""
    is_new: bool
    member: Optional[Member]
    language: str
    csrf_token: str

    def may(self, permission: Permission) -> bool:
        """Tell whether the visitor's role allows it."""
        return self.member is not None and permission in self.member.permissions


VISIT = web.RequestKey("VISIT", Visit)


async def visit_of(request: web.Request) -> Visit:
    """Find out who looks."""
    given = request.cookies.get(SESSION_COOKIE, "")
    found = await in_review(request, find_member, given) if given else None
    member, due = found if found is not None else (None, False)
    if due:
        await change_review(request, note_seen, given)
    session_id = given or new_session_id()
    return Visit(
        session_id=session_id,
        is_new=not given,
        member=member,
        language=_language(request, member),
        csrf_token=csrf_token(request.app[SETTINGS].secret_key, session_id),
    )


def member_of(request: web.Request) -> Member:
    """Return the member of staff on whose behalf a guarded view acts."""
    member = request[VISIT].member
    if member is None:
        raise LookupError("The view is open to visitors who are not signed in.")
    return member


def csrf_token(secret_key: str, session_id: str) -> str:
    """Return what a form of this session must bring back; another site can neither read nor make it."""
    return hmac.new(secret_key.encode(), f"staff form {session_id}".encode(), hashlib.sha256).hexdigest()


def set_session_cookie(request: web.Request, response: web.StreamResponse, session_id: str) -> None:
    """Have the browser keep its session id until it is closed; scripts never see it."""
    response.set_cookie(SESSION_COOKIE, session_id, path=HOME, httponly=True, samesite="Lax", secure=is_https(request))


def is_https(request: web.Request) -> bool:
    """Tell whether the browser speaks TLS, be it to a proxy on this machine."""
    from_proxy = request.remote in ("127.0.0.1", "::1") and request.headers.get("X-Forwarded-Proto") == "https"
    return request.secure or from_proxy


def is_same_origin(request: web.Request) -> bool:
    """Tell whether a page of the console itself sent this; a browser always says at least one of the two."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == request.app[SETTINGS].public_url or urlsplit(origin).netloc == request.host
    return site is not None


def safe_path(path: str) -> str:
    """Return a path of the console to go on to, and nothing that leads elsewhere."""
    parts = urlsplit(path)
    fine = not parts.scheme and not parts.netloc and "\\" not in path and path.isprintable()
    return path if fine and (path == HOME or path.startswith((f"{HOME}/", f"{HOME}?"))) else HOME


def _language(request: web.Request, member: Optional[Member]) -> str:
    if member is not None:
        return member.language
    wished = supported_language(request.cookies.get(LANGUAGE_COOKIE))
    for tag in request.headers.get("Accept-Language", "").split(","):
        wished = wished or supported_language(tag.split(";")[0])
    return wished or DEFAULT_LANGUAGE
