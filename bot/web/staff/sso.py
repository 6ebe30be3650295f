"""Sign-in by the school's own identity provider (OpenID Connect: authorisation code, PKCE, signed ID token)."""

import datetime as dt
import logging
from hmac import compare_digest
from typing import Any, Dict

import jwt
from aiohttp import web

from bot.review.accounts import find_account
from bot.review.audit import record
from bot.settings import OpenIdConnect
from bot.web.keys import RATE_LIMITS, SETTINGS
from bot.web.rate_limits import Limit, client_address
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.login import start_session
from bot.web.staff.rendering import see_other
from bot.web.staff.visits import HOME, is_https, safe_path

logger = logging.getLogger(__name__)
COOKIE = "staff_sso"
MINUTES = 10
"""Time to sign in at the provider."""
ALGORITHMS = ["RS256", "PS256", "ES256"]
_TIMEOUT_SECONDS = 10


async def start_sso(request: web.Request) -> web.Response:
    """Send the browser to the provider, and keep what its answer must fit in a signed cookie."""
    from authlib.common.security import generate_token

    await request.app[RATE_LIMITS].count(Limit.SIGN_IN_ADDRESS, client_address(request))
    provider = _provider(request)
    kept = {
        "nonce": generate_token(32),
        "verifier": generate_token(64),
        "next": safe_path(request.query.get("next", HOME)),
        "exp": dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=MINUTES),
    }
    address = (await _described(provider))["authorization_endpoint"]
    async with _client(request, provider) as client:
        url, kept["state"] = client.create_authorization_url(
            address, code_verifier=kept["verifier"], nonce=kept["nonce"]
        )
    response = see_other(url)
    response.set_cookie(
        COOKIE,
        jwt.encode(kept, request.app[SETTINGS].secret_key, algorithm="HS256"),
        path=f"{HOME}/sso", max_age=MINUTES * 60, httponly=True, samesite="Lax", secure=is_https(request),
    )  # fmt: skip
    return response


async def finish_sso(request: web.Request) -> web.Response:
    """Check what the provider says; sign in whose address has an account."""
    provider, kept = _provider(request), _kept(request)
    code, state = request.query.get("code", ""), request.query.get("state", "")
    if not code or not compare_digest(state.encode(), str(kept["state"]).encode()):
        raise PageError(400, "sso_failed")
    claims = await _claims(request, provider, code, kept)
    if claims.get("email_verified") is not True:
        raise PageError(403, "sso_unverified")
    email = str(claims.get("email", ""))
    member = await in_review(request, find_account, email)
    if member is None:
        await change_review(request, record, "console", "sign_in.refused", email[:200], by="sso")
        raise PageError(403, "sso_no_account")
    response = await start_session(request, member.id, member.email, safe_path(str(kept["next"])))
    response.del_cookie(COOKIE, path=f"{HOME}/sso")
    return response


async def _claims(request: web.Request, provider: OpenIdConnect, code: str, kept: Dict[str, Any]) -> Dict[str, Any]:
    """Exchange the code for the ID token and return what it states, once its signature and its audience are right."""
    import httpx
    from authlib.integrations.base_client import OAuthError
    from joserfc import jwt as signed
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet

    described = await _described(provider)
    async with _client(request, provider) as client:
        try:
            token = await client.fetch_token(
                described["token_endpoint"], code=code, code_verifier=kept["verifier"], grant_type="authorization_code"
            )
            keys = KeySet.import_key_set(await _read(described["jwks_uri"]))
            decoded = signed.decode(token["id_token"], keys, algorithms=ALGORITHMS)
            signed.JWTClaimsRegistry(
                leeway=60,
                iss={"essential": True, "value": provider.issuer},
                aud={"essential": True, "value": provider.client_id},
                exp={"essential": True},
                nonce={"essential": True, "value": kept["nonce"]},
            ).validate(decoded.claims)
        except (OAuthError, JoseError, httpx.HTTPError, KeyError, ValueError) as error:
            logger.warning("Single sign-on failed: %s: %s", type(error).__name__, error)
            raise PageError(400, "sso_failed") from error
    return decoded.claims


async def _described(provider: OpenIdConnect) -> Dict[str, Any]:
    """Return the provider's own description of its addresses."""
    described = await _read(f"{provider.issuer}/.well-known/openid-configuration")
    if described.get("issuer", "").rstrip("/") != provider.issuer:
        logger.error("%s says that it is %s: check OIDC_ISSUER.", provider.issuer, described.get("issuer"))
        raise PageError(503, "sso_away")
    return described


async def _read(url: str) -> Any:
    import httpx

    try:
        async with httpx.AsyncClient(timeout=_TIMEOUT_SECONDS) as client:
            return (await client.get(url)).raise_for_status().json()
    except (httpx.HTTPError, ValueError) as error:
        logger.warning("The identity provider does not answer: %s", error)
        raise PageError(503, "sso_away", retry_after=30) from error


def _client(request: web.Request, provider: OpenIdConnect) -> Any:
    from authlib.integrations.httpx_client import AsyncOAuth2Client

    own = request.app[SETTINGS].public_url or f"{'https' if is_https(request) else 'http'}://{request.host}"
    return AsyncOAuth2Client(
        provider.client_id,
        provider.client_secret,
        redirect_uri=f"{own}{HOME}/sso/back",
        scope="openid email profile",
        code_challenge_method="S256",
        timeout=_TIMEOUT_SECONDS,
    )


def _provider(request: web.Request) -> OpenIdConnect:
    provider = request.app[SETTINGS].oidc
    if provider is None:
        raise PageError(404, "not_found")
    return provider


def _kept(request: web.Request) -> Dict[str, Any]:
    try:
        return jwt.decode(
            request.cookies.get(COOKIE, ""),
            request.app[SETTINGS].secret_key,
            algorithms=["HS256"],
            options={"require": ["exp", "state", "nonce", "verifier", "next"]},
        )
    except jwt.InvalidTokenError as error:
        raise PageError(400, "sso_failed") from error
