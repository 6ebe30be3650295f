"""Every address of the console, with and without what it asks for: the list is the router's own."""

import re
from itertools import pairwise

import pytest
from aiohttp import web

from bot.review.permissions import ROLES, Permission
from bot.web.app import create_app
from bot.web.staff.routes import ROUTES

CONVERSATION = "0" * 32
IN_PATH = {"id": CONVERSATION, "key": "2", "code": "nothing", "plot": "topics"}
GUARDED = [route for route in ROUTES if not route.public]
CHANGES = [route for route in ROUTES if route.method != "GET"]


def path_of(route) -> str:
    return "/staff" + re.sub(r"\{(\w+)\}", lambda match: IN_PATH.get(match[1], "1"), route.path)


async def call(desk, route, **headers):
    if route.method == "GET":
        return (await desk.open(path_of(route)))[0]
    return (await desk.send(path_of(route), {}, **headers))[0]


def test_the_console_has_no_address_beside_the_map(make_settings):
    router = create_app(make_settings()).router
    known = {(route.method, f"/staff{route.path}") for route in ROUTES}
    known |= {("HEAD", path) for method, path in known if method == "GET"}
    found = {
        (route.method, route.resource.canonical)
        for route in router.routes()
        if route.resource.canonical.startswith("/staff") and not isinstance(route.resource, web.StaticResource)
    }
    assert found - known == set()
    assert {pair for pair in known if pair[0] != "HEAD"} <= found


def test_every_address_that_changes_something_asks_for_a_right_of_its_own():
    free = {route.path for route in ROUTES if route.method != "GET" and route.permission is None}
    assert free == {"/login", "/language", "/logout", "/profile"}
    assert {route.permission for route in ROUTES} - {None} == set(Permission)


def test_only_signing_in_and_the_choice_of_language_are_open():
    paths = {route.path for route in ROUTES if route.public}
    assert paths == {"/login", "/language", "/sso", "/sso/back"}


def test_each_role_may_do_what_the_one_before_may_and_more():
    rights = list(ROLES.values())
    assert all(less < more for less, more in pairwise(rights))
    assert rights[-1] == set(Permission)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_reaches_what_it_may_and_nothing_else(make_desk, log, role):
    log.add(CONVERSATION, {"text": "Is there a climbing wall?", "outcome": "fallback"})
    desk = await make_desk(role)
    wrong = []
    for route in GUARDED:
        if route.path == "/logout":
            continue  # ends the session; test_staff_sign_in tries it
        allowed = route.permission is None or route.permission in ROLES[role]
        response = await call(desk, route)
        # 503: the fake Rasa server knows nothing of staff, behind the guard.
        failed = response.status >= 500 and response.status != 503
        if (response.status in (401, 403)) == allowed or failed:
            wrong.append(f"{route.method} {route.path}: {response.status}")
    assert not wrong


async def test_nobody_gets_in_without_signing_in(make_desk):
    desk = await make_desk()
    await desk.open("/staff/login")
    wrong = []
    for route in GUARDED:
        response = await call(desk, route)
        if route.method == "GET" and not route.data:
            fine = response.status == 303 and response.headers["Location"].startswith("/staff/login?next=")
        else:
            fine = response.status == 401
        if not fine:
            wrong.append(f"{route.method} {route.path}: {response.status}")
    assert not wrong


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": ""},
    ],
)
async def test_another_site_cannot_change_anything(make_desk, headers):
    desk = await make_desk("admin")
    assert not [route.path for route in CHANGES if (await call(desk, route, **headers)).status != 403]


async def test_a_form_without_the_token_of_the_session_is_refused(make_desk):
    desk, other = await make_desk("admin"), await make_desk("editor")
    for token in ("", "0" * 64, other.token, "é"):
        desk.token = token
        assert not [route.path for route in CHANGES if (await call(desk, route)).status != 403], token


async def test_a_browser_of_before_fetch_metadata_is_known_by_its_origin(make_desk):
    desk = await make_desk("admin")
    origin = str(desk.client.make_url("/")).rstrip("/")
    form = {"form_token": desk.token, "language": "fr"}
    response = await desk.client.post("/staff/language", data=form, headers={"Origin": origin}, allow_redirects=False)
    assert response.status == 303
    response = await desk.client.post("/staff/language", data=form, allow_redirects=False)
    assert response.status == 403


async def test_a_disabled_account_is_out_at_once(make_desk):
    admin, reader = await make_desk("admin"), await make_desk("reader")
    response, _ = await admin.send("/staff/accounts", {"act": "disable", "email": "reader@school.example"})
    assert response.status == 303
    response, _ = await reader.open("/staff")
    assert response.headers["Location"].startswith("/staff/login")
    response, _ = await reader.sign_in("reader")
    assert response.status == 401


async def test_the_last_administrator_stays(make_desk):
    admin = await make_desk("admin")
    for form in ({"act": "disable"}, {"act": "role", "role": "reader"}):
        response, page = await admin.send("/staff/accounts", {**form, "email": "admin@school.example"})
        assert response.status == 400
        assert "last administrator" in page.text_content()
    assert (await admin.open("/staff/accounts"))[0].status == 200
