"""Signed tokens: the student's, which names one conversation, those of files, and those between the own processes."""

import hashlib
import hmac
import secrets
import time
from typing import Any, Mapping, Optional, Tuple

import jwt

from bot.errors import SettingsError

LIFETIME_SECONDS = 90 * 24 * 3600
_ALGORITHM = "HS256"
_CONVERSATION = "conversation token"
_FILE = "file token"
WEB_TO_CHANNEL = "web calls channel"
CHANNEL_TO_WEB = "channel calls web"


class TokenError(Exception):
    """A student's token is missing, forged, damaged or expired; `code` says which for machines."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


def new_conversation_id() -> str:
    """Return an id that nobody can guess."""
    return secrets.token_hex(16)


def sign_conversation(conversation_id: str, secret_key: str, now: Optional[float] = None) -> str:
    """Return the token that lets its bearer read and write `conversation_id` for 90 days."""
    issued = int(time.time() if now is None else now)
    claims = {"sub": conversation_id, "iat": issued, "exp": issued + LIFETIME_SECONDS}
    return jwt.encode(claims, _key(secret_key, _CONVERSATION), algorithm=_ALGORITHM)


def verify_conversation(token: str, secret_key: str) -> str:
    """Return the conversation id that `token` names; raise TokenError."""
    try:
        claims = jwt.decode(
            token, _key(secret_key, _CONVERSATION), algorithms=[_ALGORITHM], options={"require": ["sub", "exp"]}
        )
    except jwt.ExpiredSignatureError:
        raise TokenError("token_expired", "The token has expired: open a new conversation.") from None
    except jwt.InvalidTokenError:
        raise TokenError("token_invalid", "The token is not valid: open a new conversation.") from None
    return claims["sub"]


def sign_file(kind: str, criteria: Mapping[str, Any], secret_key: str, now: Optional[float] = None) -> str:
    """Return the token that gets its bearer, for 90 days, the file of `kind` made by `criteria`; nothing is stored."""
    issued = int(time.time() if now is None else now)
    claims = {"sub": kind, "criteria": dict(criteria), "exp": issued + LIFETIME_SECONDS}
    return jwt.encode(claims, _key(secret_key, _FILE), algorithm=_ALGORITHM)


def verify_file(token: str, secret_key: str) -> Tuple[str, Mapping[str, Any]]:
    """Return kind and criteria of the file that `token` names; raise TokenError."""
    try:
        claims = jwt.decode(
            token, _key(secret_key, _FILE), algorithms=[_ALGORITHM], options={"require": ["sub", "exp", "criteria"]}
        )
    except jwt.ExpiredSignatureError:
        raise TokenError("link_expired", "This link has expired: ask the assistant for a new one.") from None
    except jwt.InvalidTokenError:
        raise TokenError("link_invalid", "This link is not valid: ask the assistant for a new one.") from None
    return claims["sub"], claims["criteria"]


def internal_token(secret_key: str, purpose: str) -> str:
    """Return the token by which one process of the assistant proves itself to another, for one purpose only."""
    return _key(secret_key, purpose).hex()


def is_internal_token(given: str, secret_key: str, purpose: str) -> bool:
    """Compare in constant time, so that the answer's delay tells nothing."""
    return hmac.compare_digest(given.encode(), internal_token(secret_key, purpose).encode())


def bearer_token(authorization: Optional[str]) -> Optional[str]:
    """Return the token of an Authorization header, or None where it bears none."""
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _key(secret_key: str, purpose: str) -> bytes:
    if not secret_key:
        raise SettingsError(
            "SECRET_KEY is not set and VAR_DIR holds no secret.key: set SECRET_KEY to 32 random characters or more."
        )
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).digest()
