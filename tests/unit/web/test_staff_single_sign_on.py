"""Signing in by the school's provider, against a real one on the loopback."""

import time

import pytest
from aiohttp.test_utils import TestServer
from joserfc.jwk import RSAKey

from bot.errors import SettingsError
from bot.settings import Settings
from tests.unit.web.identity_provider import CLIENT_ID, CLIENT_SECRET, IdentityProvider, path_of


@pytest.fixture
async def provider():
    made = IdentityProvider()
    server = TestServer(made.app())
    await server.start_server()
    made.issuer = f"http://127.0.0.1:{server.port}"
    yield made
    await server.close()


@pytest.fixture
async def desk(make_desk, provider):
    return await make_desk(OIDC_ISSUER=provider.issuer, OIDC_CLIENT_ID=CLIENT_ID, OIDC_CLIENT_SECRET=CLIENT_SECRET)


async def go_to_provider(desk, next_path="/staff"):
    """Return the provider's answer: an address of the console with code and state."""
    response, _ = await desk.open(f"/staff/sso?next={next_path}")
    assert response.status == 303
    async with desk.client.session.get(response.headers["Location"], allow_redirects=False) as answer:
        return path_of(answer.headers["Location"])


async def test_who_has_an_account_is_signed_in(desk):
    _, page = await desk.open("/staff/login")
    assert page.xpath("//a[starts-with(@href, '/staff/sso')]")
    response, _ = await desk.open(await go_to_provider(desk, "/staff/numbers"))
    assert (response.status, response.headers["Location"]) == (303, "/staff/numbers")
    _, page = await desk.open("/staff")
    assert "The reader" in page.text_content()


async def test_a_code_serves_once(desk):
    back = await go_to_provider(desk)
    assert (await desk.open(back))[0].status == 303
    await desk.open("/staff/profile")
    await desk.send("/staff/logout")
    assert (await desk.open(back))[0].status == 400


@pytest.mark.parametrize(
    ("claims", "status", "words"),
    [
        ({"email": "stranger@school.example"}, 403, "no account"),
        ({"email_verified": False}, 403, "not confirmed"),
        ({"email_verified": "true"}, 403, "not confirmed"),
    ],
)
async def test_who_has_none_is_told_so(desk, provider, claims, status, words):
    provider.claims.update(claims)
    response, page = await desk.open(await go_to_provider(desk))
    assert response.status == status
    assert words in page.text_content()
    assert (await desk.open("/staff"))[0].status == 303


@pytest.mark.parametrize(
    "changes",
    [
        {"nonce": "of another sign-in"},
        {"aud": "another program"},
        {"iss": "https://evil.example"},
        {"exp": int(time.time()) - 3600},
    ],
    ids=["nonce", "audience", "issuer", "expired"],
)
async def test_an_id_token_for_others_is_refused(desk, provider, changes):
    provider.changes = changes
    assert (await desk.open(await go_to_provider(desk)))[0].status == 400
    assert (await desk.open("/staff"))[0].status == 303


async def test_an_id_token_of_another_key_is_refused(desk, provider):
    provider.published_key = RSAKey.generate_key(2048, {"kid": "one"})
    assert (await desk.open(await go_to_provider(desk)))[0].status == 400


async def test_an_answer_that_the_browser_did_not_ask_for_is_refused(desk, make_desk):
    back = await go_to_provider(desk)
    victim = await make_desk()
    assert (await victim.open(back))[0].status == 400
    await victim.open("/staff/sso")
    assert (await victim.open(back))[0].status == 400


async def test_without_a_provider_there_is_no_such_way(make_desk):
    desk = await make_desk()
    assert (await desk.open("/staff/sso"))[0].status == 404
    _, page = await desk.open("/staff/login")
    assert not page.xpath("//a[starts-with(@href, '/staff/sso')]")


async def test_a_provider_that_is_away_is_said_so(make_desk):
    desk = await make_desk(OIDC_ISSUER="http://127.0.0.1:1", OIDC_CLIENT_ID=CLIENT_ID, OIDC_CLIENT_SECRET=CLIENT_SECRET)
    response, page = await desk.open("/staff/sso")
    assert response.status == 503
    assert "does not answer" in page.text_content()


@pytest.mark.parametrize("environment", [{"OIDC_ISSUER": "https://id.example"}, {"OIDC_CLIENT_SECRET": "x"}])
def test_half_a_provider_is_an_error(environment):
    with pytest.raises(SettingsError, match="needs all of"):
        Settings.from_environment(environment)


def test_a_provider_is_reached_over_tls_only():
    with pytest.raises(SettingsError, match="https"):
        Settings.from_environment(
            {"OIDC_ISSUER": "http://id.example", "OIDC_CLIENT_ID": "a", "OIDC_CLIENT_SECRET": "b"}
        )
