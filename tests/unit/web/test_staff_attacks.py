"""What somebody might try against the console: scripts in names, formulas in tables, lines in headers, bombs."""

import csv
import io
import zipfile

import pytest
from aiohttp import FormData
from lxml import html

from bot.review import accounts
from bot.review.database import session_scope
from bot.review.projection.tallies import Tallies
from tests.unit.web.staff_desk import HOSTILE, PASSWORD, words_of

TALK = "c" * 32
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1")
LINES = "x\r\nSet-Cookie: planted=1\r\n\r\n<script>"


def scripts_in(page):
    """Return what would run in a browser that is not the console's own."""
    foreign = page.xpath("//script[not(starts-with(@src, '/staff/static/'))]")
    handlers = page.xpath("//*[@*[starts-with(name(), 'on')]] | //*[starts-with(@href, 'javascript:')]")
    return [html.tostring(one) for one in (*foreign, *handlers, *page.xpath("//main//img[@src='x']"))]


async def test_names_that_staff_and_students_give_are_never_scripts(make_desk, log):
    log.add(TALK, {"text": HOSTILE, "reply": f"{HOSTILE} [x](javascript:alert(1))", "outcome": "fallback"})
    desk = await make_desk("admin")
    at = f"/staff/conversations/{TALK}"
    short = HOSTILE[:40]
    changes = [
        (at, {"act": "tag", "value": HOSTILE[:50]}), (at, {"act": "note", "value": HOSTILE}),
        ("/staff/views", {"name": short, "query": "outcome=fallback"}),
        ("/staff/accounts", {"act": "add", "email": '"><img/src=x>@x.example', "name": HOSTILE, "role": "reader"}),
        ("/staff/articles", {
            "act": "save", "title_en": HOSTILE, "body_en": f"{HOSTILE} [x](javascript:alert(1))", "topic": "cvec",
            "questions": HOSTILE, "source_title": HOSTILE, "verified_on": "2026-11-01",
        }),
        (f"{at}/intent", {"event": "1", "intent": "ask_cvec"}),
    ]  # fmt: skip
    for path, form in changes:
        response, _ = await desk.send(path, {"language": "en", **form})
        assert response.status in (200, 303), (path, form)
    _, articles = await desk.open("/staff/answers")
    written = articles.xpath("//a[@data-row]/@href")
    assert written
    _, groups = await desk.open("/staff/unanswered")
    pages = [
        "/staff", "/staff?tag=" + HOSTILE[:50], f"/staff?q={HOSTILE}", at, "/staff/accounts", "/staff/audit",
        "/staff/training", "/staff/unanswered", *groups.xpath("//a[@data-row]/@href"), "/staff/answers", *written,
        f"/staff/audit?actor={HOSTILE}", f"/staff/facts?q={HOSTILE}", f"/staff?done={HOSTILE}",
        f"/staff/login?next={HOSTILE}",
    ]  # fmt: skip
    for path in pages:
        _, page = await desk.open(path)
        if page is not None:
            assert scripts_in(page) == [], path
    _, page = await desk.open(at)
    assert HOSTILE in page.text_content()


@pytest.mark.parametrize("formula", FORMULAS)
async def test_no_cell_of_a_table_is_a_formula(make_desk, log, review_url, formula):
    log.add(TALK, {"text": formula})
    desk = await make_desk("editor")
    await desk.send(f"/staff/conversations/{TALK}", {"act": "tag", "value": formula})
    with session_scope(review_url, writing=True) as session:
        tallies = Tallies()
        for _ in range(9):
            tallies.count_conversation("conversation", 1_795_000_000.0, formula)
        tallies.write(session)
        session.commit()
    for path in ("/staff/conversations.csv", "/staff/numbers/channels.csv?from=2026-11-01&to=2026-11-30"):
        response, _ = await desk.open(path)
        assert response.headers["Content-Type"].startswith("text/csv")
        cells = [cell for row in csv.reader(io.StringIO((await response.text()).lstrip("\ufeff"))) for cell in row]
        assert any(formula.strip() in cell for cell in cells), path
        assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")], path


async def test_no_line_gets_into_a_header_and_no_form_leads_elsewhere(make_desk, log):
    log.add(TALK, {"text": "hello"})
    desk = await make_desk("admin")
    for path, form in (
        ("/staff/language", {"language": "en", "next": f"/staff{LINES}"}),
        ("/staff/language", {"language": "en", "next": "https://evil.example"}),
        ("/staff/language", {"language": "en", "next": "//evil.example/staff"}),
        (f"/staff/conversations/{TALK}", {"act": "flag", "value": "on", "view": f"topic=visa{LINES}"}),
        (f"/staff/conversations/{TALK}", {"act": "flag", "value": "on", "view": "//evil.example"}),
        ("/staff/views", {"name": "one", "query": f"q={LINES}"}),
        ("/staff/fact", {"act": "take_back", "table": "contact", "key": f"x{LINES}"}),
    ):
        response, _ = await desk.send(path, form)
        assert "planted" not in response.cookies
        assert response.headers.get("Location", "/staff").startswith("/staff"), form
        assert "\n" not in response.headers.get("Location", "")
    for path in ("/staff/numbers/topics.csv", "/staff/conversations.csv?q=x%0d%0aSet-Cookie:planted=1"):
        response, _ = await desk.open(path)
        assert response.headers["Content-Disposition"] in (
            'attachment; filename="topics.csv"',
            'attachment; filename="conversations.csv"',
        )


async def test_a_sign_that_no_database_takes_is_refused_before_it(make_desk, log):
    log.add(TALK, {"text": "hello"})
    desk = await make_desk("admin")
    for path in ("/staff?tag=x%00y", "/staff/audit?actor=%00", "/staff/conversations/%00"):
        assert (await desk.open(path))[0].status == 400, path
    for form in ({"act": "note", "value": "x\0y"}, {"act": "tag", "value": "\0"}):
        assert (await desk.send(f"/staff/conversations/{TALK}", form))[0].status == 400


async def test_a_workbook_that_unpacks_to_gigabytes_is_refused_in_words(make_desk):
    desk = await make_desk("editor")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (300 << 20))
    data = FormData({"form_token": desk.token, "adapter": "table"})
    data.add_field("files", packed.getvalue(), filename="contacts.xlsx", content_type="application/zip")
    response = await desk.client.post("/staff/imports", data=data, headers={"Sec-Fetch-Site": "same-origin"})
    assert response.status in (200, 400)
    assert "unpacks to 300 MB" in words_of(html.document_fromstring(await response.text()))


async def test_an_unknown_address_costs_as_much_work_as_a_known_one(make_desk, monkeypatch):
    desk = await make_desk()
    accounts._decoy()
    checks = []
    hasher = accounts._hasher()

    class Counting:
        def verify(self, hashed, password):
            checks.append(hashed.split("$")[1:4])  # kind, version and costs of the hash
            return hasher.verify(hashed, password)

    monkeypatch.setattr(accounts, "_hasher", Counting)
    for role, password in (("reader", "not the password"), ("nobody", "not the password"), ("nobody", PASSWORD)):
        assert (await desk.sign_in(role, password))[0].status == 401
    assert len(checks) == 3
    assert checks[0] == checks[1] == checks[2]
