"""Signing in to the console: passwords, sessions, throttling."""

import datetime as dt

import pytest
import time_machine

from bot.review.account_models import Account, StaffSession
from bot.review.accounts import hash_password
from bot.review.audit import list_acts
from bot.review.database import session_scope
from tests.unit.web.staff_desk import PASSWORD, email_of


def cookie_of(desk) -> str:
    return desk.client.session.cookie_jar.filter_cookies(desk.client.make_url("/staff"))["staff_session"].value


async def test_a_password_is_kept_as_an_argon2_hash():
    assert hash_password(PASSWORD).startswith("$argon2id$")


async def test_who_is_signed_in_goes_where_they_wanted(make_desk):
    desk = await make_desk()
    response, _ = await desk.open("/staff/unanswered?why=fallback")
    assert response.headers["Location"] == "/staff/login?next=%2Fstaff%2Funanswered%3Fwhy%3Dfallback"
    response, _ = await desk.sign_in("reader", next="/staff/unanswered?why=fallback")
    assert response.headers["Location"] == "/staff/unanswered?why=fallback"


@pytest.mark.parametrize(
    "next_path",
    [
        "https://evil.example/",
        "//evil.example",
        "/staff/../..//evil.example\\",
        "/staffevil",
        "/\\evil.example",
        "javascript:alert(1)",
    ],
)
async def test_signing_in_leads_nowhere_else(make_desk, next_path):
    desk = await make_desk()
    response, _ = await desk.sign_in("reader", next=next_path)
    assert response.headers["Location"] == "/staff"


async def test_a_wrong_password_and_an_unknown_address_look_the_same(make_desk, review_url):
    desk = await make_desk()
    pages = []
    for role, password in (("reader", "not the password"), ("nobody", PASSWORD), ("reader", "")):
        response, page = await desk.sign_in(role, password)
        assert response.status == 401
        pages.append(page.xpath("//p[@role='alert']")[0].text_content())
    assert len(set(pages)) == 1
    with session_scope(review_url) as session:
        assert [act.act for act in list_acts(session, actor="console")] == ["sign_in.refused"] * 3


async def test_a_session_id_from_before_is_worth_nothing(make_desk, review_url):
    desk, thief = await make_desk(), await make_desk()
    await thief.open("/staff/login")
    planted = cookie_of(thief)
    desk.client.session.cookie_jar.update_cookies({"staff_session": planted}, desk.client.make_url("/staff"))
    await desk.open("/staff/login")
    response, _ = await desk.sign_in("admin")
    assert response.status == 303
    assert cookie_of(desk) != planted
    assert (await desk.open("/staff"))[0].status == 200
    assert (await thief.open("/staff"))[0].status == 303
    with session_scope(review_url) as session:
        stored = session.execute(StaffSession.__table__.select()).all()
    assert cookie_of(desk) not in str(stored)


async def test_the_cookie_is_kept_from_scripts_other_sites_and_open_networks(make_desk):
    desk = await make_desk()
    response, _ = await desk.open("/staff/login", **{"X-Forwarded-Proto": "https"})
    cookie = response.cookies["staff_session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["secure"]) == (True, "Lax", "/staff", True)


async def test_signing_out_ends_the_session_on_the_server(make_desk):
    desk = await make_desk("reader")
    kept = cookie_of(desk)
    response, _ = await desk.send("/staff/logout")
    assert response.status == 303
    desk.client.session.cookie_jar.update_cookies({"staff_session": kept}, desk.client.make_url("/staff"))
    assert (await desk.open("/staff"))[0].status == 303


async def test_a_new_password_signs_all_other_browsers_out(make_desk):
    desk, elsewhere = await make_desk("reader"), await make_desk("reader")
    wrong, page = await desk.send(
        "/staff/profile", {"password": "wrong", "new_password": "another long one", "repeated": "another long one"}
    )
    assert wrong.status == 400
    assert "not right" in page.text_content()
    response, _ = await desk.send(
        "/staff/profile", {"password": PASSWORD, "new_password": "another long one", "repeated": "another long one"}
    )
    assert response.status == 303
    assert (await desk.open("/staff"))[0].status == 200
    assert (await elsewhere.open("/staff"))[0].status == 303
    assert (await elsewhere.sign_in("reader"))[0].status == 401
    assert (await elsewhere.sign_in("reader", "another long one"))[0].status == 303


async def test_a_session_ends_after_a_day_without_a_visit(make_desk):
    desk = await make_desk("reader")
    now = dt.datetime.now(dt.timezone.utc)
    with time_machine.travel(now + dt.timedelta(hours=7), tick=True):
        assert (await desk.open("/staff"))[0].status == 200
    with time_machine.travel(now + dt.timedelta(hours=14), tick=True):
        assert (await desk.open("/staff"))[0].status == 200
    with time_machine.travel(now + dt.timedelta(hours=23), tick=True):
        assert (await desk.open("/staff"))[0].status == 303


async def test_guessing_passwords_is_throttled_for_the_guesser_only(make_desk):
    desk = await make_desk(RATE_LIMITS="on")
    statuses = [(await desk.sign_in("reader", f"guess number {number}"))[0].status for number in range(9)]
    assert statuses == [401] * 8 + [429]
    response, page = await desk.sign_in("reader")
    assert response.status == 429
    assert int(response.headers["Retry-After"]) > 0
    assert "Wait" in page.text_content()
    assert (await desk.sign_in("editor"))[0].status == 303


async def test_a_made_password_is_shown_once_and_works(make_desk, review_url):
    admin, new = await make_desk("admin"), await make_desk()
    form = {"act": "add", "email": "New@School.example ", "name": "New One", "role": "reader", "language": "fr"}
    response, page = await admin.send("/staff/accounts", form)
    password = page.xpath("//code[@class='secret']")[0].text_content()
    assert response.status == 200
    assert (await new.sign_in("new", password))[0].status == 303
    _, page = await new.open("/staff")
    assert page.get("lang") == "fr"
    with session_scope(review_url) as session:
        stored = session.execute(Account.__table__.select().where(Account.email == email_of("new"))).one()
    assert password not in str(stored)
