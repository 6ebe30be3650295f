"""A small OpenID Connect provider on the loopback: codes, PKCE, ID tokens that it signs."""

import base64
import hashlib
import time
from typing import Any, Dict
from urllib.parse import parse_qsl, urlencode, urlsplit

from aiohttp import BasicAuth, web
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "staff-console", "the secret of the console"


class IdentityProvider:
    """Signs in `claims` without asking."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "one"})
        self.published_key = self.key
        self.claims: Dict[str, Any] = {"sub": "42", "email": "reader@school.example", "email_verified": True}
        self.changes: Dict[str, Any] = {}
        """What the ID token says otherwise than it should."""
        self.issuer = ""
        self._codes: Dict[str, Dict[str, str]] = {}

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/.well-known/openid-configuration", self._describe)
        app.router.add_get("/authorize", self._authorize)
        app.router.add_post("/token", self._token)
        app.router.add_get("/keys", self._keys)
        return app

    async def _describe(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }
        )

    async def _authorize(self, request: web.Request) -> web.Response:
        query = dict(request.query)
        assert (query["client_id"], query["response_type"]) == (CLIENT_ID, "code")
        assert (query["code_challenge_method"], "openid" in query["scope"].split()) == ("S256", True)
        code = f"code-{len(self._codes)}"
        self._codes[code] = query
        address = f"{query['redirect_uri']}?{urlencode({'code': code, 'state': query['state']})}"
        return web.Response(status=302, headers={"Location": address})

    async def _token(self, request: web.Request) -> web.Response:
        form = dict(parse_qsl(await request.text()))
        asked = self._codes.pop(form["code"], None)
        given = BasicAuth.decode(request.headers["Authorization"])
        challenge = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=")
        fine = (
            asked is not None
            and (given.login, given.password) == (CLIENT_ID, CLIENT_SECRET)
            and asked["code_challenge"] == challenge.decode()
            and asked["redirect_uri"] == form["redirect_uri"]
        )
        if not fine:
            return web.json_response({"error": "invalid_grant"}, status=400)
        now = int(time.time())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": asked["nonce"], **self.claims,
            **self.changes,
        }  # fmt: skip
        token = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key)
        return web.json_response({"access_token": "x", "token_type": "Bearer", "id_token": token})

    async def _keys(self, request: web.Request) -> web.Response:
        return web.json_response({"keys": [self.published_key.as_dict(private=False)]})


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"
