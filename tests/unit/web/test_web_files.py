"""Files by signed links: made when asked for, refused when the link is forged, old or of another kind."""

import time

import pytest
from icalendar import Calendar

from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT
from bot.tokens import LIFETIME_SECONDS, sign_conversation, sign_file

PLAN = {"nationality": "non_eu", "stay": "exchange", "term": "autumn", "language": "fr"}
COURSES = {"courses": ["ASI42-BGD"], "language": "en"}


@pytest.fixture(scope="module")
def facts_url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('facts') / 'mobility.db'}"
    load(PROJECT_ROOT / "data" / "mobility", url=url)
    return url


@pytest.fixture
def get(door, facts_url, monkeypatch):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", facts_url)

    async def get(token, name="file.ics", **headers):
        return await door.get(f"/files/{token}/{name}", headers=headers)

    return get


@pytest.fixture
def secret(make_settings):
    return make_settings().secret_key


async def test_the_calendar_is_saved(get, secret):
    response = await get(sign_file("plan.ics", PLAN, secret), "mon-plan.ics")
    assert (response.status, response.headers["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    assert response.headers["Content-Disposition"] == "attachment; filename*=UTF-8''mon-plan.ics"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert Calendar.from_ical(await response.read()).walk("VEVENT")


async def test_the_table_is_saved_and_the_page_is_shown(get, secret):
    table = await get(sign_file("courses.csv", COURSES, secret), "course-plan.csv")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "ASI42-BGD" in await table.text()
    page = await get(sign_file("courses.html", COURSES, secret), "course-plan.html")
    assert page.headers["Content-Type"] == "text/html; charset=utf-8"
    assert page.headers["Content-Disposition"].startswith("inline")
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert page.headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda secret: "nonsense", "link_invalid"),
        (lambda secret: sign_file("plan.ics", PLAN, secret)[:-4] + "AAAA", "link_invalid"),
        (lambda secret: sign_file("plan.ics", PLAN, "another key that is long enough, too"), "link_invalid"),
        (lambda secret: sign_conversation("c" * 32, secret), "link_invalid"),
        (lambda secret: sign_file("secrets.txt", {}, secret), "link_invalid"),
        (lambda secret: sign_file("plan.ics", PLAN, secret, now=time.time() - LIFETIME_SECONDS - 1), "link_expired"),
    ],
)
async def test_a_wrong_link_is_refused(get, secret, make, code):
    response = await get(make(secret))
    assert response.status == 404
    error = (await response.json())["error"]
    assert error["code"] == code
    assert "assistant" in error["message"]


@pytest.mark.parametrize("name", ["..%2F..%2Fetc%2Fpasswd", "a%0d%0aX: y", "a" * 61])
async def test_a_wrong_name_leads_nowhere(get, secret, name):
    assert (await get(sign_file("plan.ics", PLAN, secret), name)).status == 404


async def test_criteria_that_no_longer_fit_are_refused_in_words(get, secret):
    response = await get(sign_file("plan.ics", {"nationality": "mars", "stay": "exchange"}, secret))
    assert response.status == 404
    assert (await response.json())["error"]["code"] == "link_invalid"
