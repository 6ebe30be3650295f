"""Runs blocking queries of the console in threads, each in a transaction of its own."""

import asyncio
from typing import Any, Callable, ContextManager, Dict, Tuple, TypeVar

from aiohttp import web
from sqlalchemy.orm import Session

from bot.mobility.database import session_scope as mobility_session
from bot.review.database import session_scope as review_session
from bot.web.keys import SETTINGS

Result = TypeVar("Result")


async def in_review(request: web.Request, function: Callable[..., Result], *values: Any, **named: Any) -> Result:
    """Return function(session, ...) over the review database, which it only reads."""
    return await asyncio.to_thread(_run, _review(request), function, values, named)


async def change_review(request: web.Request, function: Callable[..., Result], *values: Any, **named: Any) -> Result:
    """Return function(session, ...) over the review database; what it changed is committed unless it raises."""
    return await asyncio.to_thread(_run, _review(request, writing=True), function, values, named, commit=True)


async def in_mobility(request: web.Request, function: Callable[..., Result], *values: Any, **named: Any) -> Result:
    """Return function(session, ...) over the mobility database, which it only reads."""
    return await asyncio.to_thread(_run, _mobility(request), function, values, named)


async def change_mobility(request: web.Request, function: Callable[..., Result], *values: Any, **named: Any) -> Result:
    """Return function(session, ...) over the mobility database; what it changed is committed unless it raises."""
    return await asyncio.to_thread(_run, _mobility(request), function, values, named, commit=True)


def _review(request: web.Request, *, writing: bool = False) -> ContextManager[Session]:
    return review_session(request.app[SETTINGS].review_database_url, writing=writing)


def _mobility(request: web.Request) -> ContextManager[Session]:
    return mobility_session(request.app[SETTINGS].mobility_database_url)


def _run(
    scope: ContextManager[Session],
    function: Callable[..., Result],
    values: Tuple[Any, ...],
    named: Dict[str, Any],
    *,
    commit: bool = False,
) -> Result:
    with scope as session:
        result = function(session, *values, **named)
        if commit:
            session.commit()
        return result
