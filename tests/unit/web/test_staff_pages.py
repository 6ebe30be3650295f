"""What the pages of the console show, hide and do."""

import csv
import datetime as dt
import io
import json
import time
from urllib.parse import quote

import pytest

from bot.languages import SUPPORTED_LANGUAGES
from bot.review.database import session_scope
from bot.review.projection.tallies import Tallies
from bot.web.staff.guard import LARGEST_UPLOAD
from bot.web.staff.routes import ROUTES
from bot.web.staff.wording import wording
from tests.unit.web.staff_desk import HOSTILE, SECRETS, acts_in, words_of

TALK, OTHER = "a" * 32, "b" * 32


# --- inbox


async def test_the_inbox_shows_newest_first_and_says_what_to_do_when_empty(make_desk, log):
    desk = await make_desk("reader")
    _, page = await desk.open("/staff")
    assert "No student has written yet" in words_of(page)
    log.add(TALK, {"text": "When is the CVEC due?"})
    _, page = await desk.open("/staff")
    assert "When is the CVEC due?" in words_of(page)
    _, page = await desk.open("/staff?topic=visa")
    assert "No conversation fits" in words_of(page)


async def test_filters_combine_and_stay_in_the_address(make_desk, log):
    log.add(TALK, {"text": "climbing wall", "outcome": "fallback", "confidence": 0.3})
    log.add(OTHER, {"text": "mur d'escalade", "outcome": "fallback", "language": "fr"}, channel="telegram")
    desk = await make_desk("reader")
    for query, found in (
        ("outcome=fallback", {TALK, OTHER}),
        ("outcome=fallback&language=fr", {OTHER}),
        ("outcome=fallback&outcome=not_known&channel=web", {TALK}),
        ("confidence_to=50", {TALK}),
        ("q=escalade&days=7", {OTHER}),
        ("q=climbing&language=fr", set()),
        ("from=2020-01-01&to=2020-12-31", set()),
        ("shortest=1&longest=1&state=unread", {TALK, OTHER}),
    ):
        _, page = await desk.open(f"/staff?{query}")
        links = page.xpath("//a[@data-row]/@href")
        assert {link.split("?")[0].rsplit("/")[-1] for link in links} == found, query
    _, page = await desk.open("/staff?q=climbing")
    assert page.xpath("//mark/text()") == ["climbing"]


@pytest.mark.parametrize(
    "query",
    [
        "days=x",
        "from=yesterday",
        "confidence_from=-1",
        "after=nowhere",
        "before=1-2-3",
        "shortest=99999999999999999999",
    ],
)
async def test_a_filter_that_is_none_is_named(make_desk, query):
    desk = await make_desk("reader")
    response, page = await desk.open(f"/staff?{query}")
    assert response.status == 400
    assert "Traceback" not in page.text_content()


async def test_words_of_a_query_language_are_only_words(make_desk, log):
    log.add(TALK, {"text": "plain words"})
    desk = await make_desk("reader")
    for text in ("' OR 1=1 --", '"unclosed', "a AND (b", "*", "NEAR/2", "{{7*7}}", "%"):
        response, page = await desk.open(f"/staff?q={quote(text)}&tag={quote(text)}")
        assert response.status == 200, text
        assert "49" not in words_of(page)


async def test_a_view_is_saved_used_and_dropped(make_desk):
    desk, other = await make_desk("reviewer"), await make_desk("admin")
    response, _ = await desk.send("/staff/views", {"name": "French gaps", "query": "language=fr&outcome=fallback&x=y"})
    assert response.headers["Location"].startswith("/staff?outcome=fallback&language=fr&")
    _, page = await desk.open("/staff?outcome=fallback&language=fr")
    assert page.xpath("//a[@aria-current='page' and normalize-space()='French gaps']")
    assert "French gaps" not in (await other.open("/staff"))[1].text_content()
    number = page.xpath("//button[@name='drop']/@value")[0]
    await other.send("/staff/views", {"drop": number})
    assert "French gaps" in (await desk.open("/staff"))[1].text_content()
    await desk.send("/staff/views", {"drop": number})
    assert "French gaps" not in (await desk.open("/staff"))[1].text_content()


async def test_an_export_is_masked_harmless_in_a_spreadsheet_and_recorded(make_desk, log, review_url):
    log.add(TALK, {"text": f'=HYPERLINK("http://evil.example","{SECRETS[0]}")'})
    desk = await make_desk("reviewer")
    response, _ = await desk.open("/staff/conversations.csv?topic=cvec")
    rows = list(csv.DictReader(io.StringIO((await response.text()).lstrip("\ufeff"))))
    assert [row["conversation"] for row in rows] == [TALK]
    assert rows[0]["latest_words"].startswith("'=HYPERLINK")
    assert SECRETS[0] not in rows[0]["latest_words"]
    assert acts_in(review_url, "conversations.export") == [("reviewer@school.example", "topic=cvec")]


# --- conversation


async def test_personal_data_is_masked_until_someone_asks_and_that_is_recorded(make_desk, log, review_url):
    log.add(TALK, {"text": f"I am at {SECRETS[0]}, call {SECRETS[1]}", "reply": f"I noted {SECRETS[0]}."})
    desk = await make_desk("reviewer")
    for path in ("/staff", f"/staff/conversations/{TALK}", "/staff?q=student", "/staff/conversations.csv"):
        response, _ = await desk.open(path)
        text = await response.text()
        assert not [secret for secret in SECRETS if secret in text], path
    assert acts_in(review_url, "conversation.unmask") == []
    assert (await desk.open(f"/staff/conversations/{TALK}/unmasked"))[0].status in (404, 405)
    response, page = await desk.send(f"/staff/conversations/{TALK}/unmasked")
    assert all(secret in page.text_content() for secret in SECRETS)
    assert acts_in(review_url, "conversation.unmask") == [("reviewer@school.example", TALK)]


async def test_what_students_and_answers_say_stays_text(make_desk, log):
    log.add(
        TALK, {"text": HOSTILE, "reply": f"{HOSTILE} [x](javascript:alert(1)) **bold** ![i](http://a.example/i.png)"}
    )
    desk = await make_desk("reviewer")
    for path in ("/staff", f"/staff/conversations/{TALK}"):
        _, page = await desk.open(path)
        assert not page.xpath("//main//script | //main//img | //*[@onerror]")
        assert not page.xpath("//a[starts-with(@href, 'javascript')]")
        assert "alert(1)" in page.text_content()
    assert page.xpath("//strong[text()='bold']")


async def test_the_acts_on_a_conversation(make_desk, log):
    log.add(TALK, {"text": "When is the CVEC due?"})
    desk = await make_desk("reviewer")
    path = f"/staff/conversations/{TALK}"
    for act, value in (
        ("flag", "on"), ("tag", "CVEC  late"), ("note", HOSTILE), ("assign", "editor@school.example"),
        ("reviewed", "on"),
    ):  # fmt: skip
        response, _ = await desk.send(path, {"act": act, "value": value, "view": "state=unread"})
        assert response.headers["Location"] == f"{path}?view=state%3Dunread&done=saved"
    _, page = await desk.open(path)
    text = words_of(page)
    assert "#cvec late" in text
    assert HOSTILE in text
    assert page.xpath("//option[@selected and text()='The editor']")
    assert "Not reviewed after all" in text
    for query in ("state=flagged", "state=reviewed", "tag=cvec+late", "assignee=editor@school.example"):
        assert (await desk.open(f"/staff?{query}"))[1].xpath("//a[@data-row]"), query
    await desk.send(path, {"act": "untag", "value": "cvec late"})
    assert not (await desk.open("/staff?tag=cvec+late"))[1].xpath("//a[@data-row]")
    for act, value in (("tag", " "), ("note", ""), ("assign", "nobody@school.example"), ("erase", "x")):
        assert (await desk.send(path, {"act": act, "value": value}))[0].status == 400


async def test_previous_and_next_stay_in_the_view(make_desk, log):
    now = dt.datetime.now(dt.timezone.utc)
    for number, (name, topic) in enumerate((("a", "visa"), ("b", "cvec"), ("c", "visa"), ("d", "visa"))):
        log.add(name * 32, {"text": name, "topic": topic}, at=now - dt.timedelta(hours=number))
    desk = await make_desk("reader")
    _, page = await desk.open(f"/staff/conversations/{'c' * 32}?view=topic%3Dvisa")
    newer, older = (page.xpath(f"//a[@data-key='{key}']/@href")[0] for key in ("p", "n"))
    assert newer == f"/staff/conversations/{'a' * 32}?view=topic%3Dvisa"
    assert older == f"/staff/conversations/{'d' * 32}?view=topic%3Dvisa"


async def test_a_conversation_that_is_not_there(make_desk):
    desk = await make_desk("admin")
    for path in (f"/staff/conversations/{TALK}", "/staff/conversations/%3Cscript%3E", "/staff/articles/none"):
        response, page = await desk.open(path)
        assert response.status == 404
        assert "That did not work" in page.text_content()


# --- answers


async def test_from_a_question_to_a_published_article(make_desk, log):
    log.add(TALK, {"text": "Is there a climbing wall?", "outcome": "fallback", "topic": "out_of_scope"})
    desk = await make_desk("editor")
    _, page = await desk.open("/staff/unanswered")
    link = page.xpath("//a[@data-row]/@href")[0]
    _, page = await desk.open((await desk.open(link))[1].xpath("//a[contains(@href, '/articles/new')]/@href")[0])
    assert page.xpath("//textarea[@name='questions']")[0].text.strip() == "Is there a climbing wall?"
    form = {name: "" for name in ("source_title", "source_url", "as_of", "verified_on", "valid_until")}
    form.update(
        group=page.xpath("//input[@name='group']/@value")[0], topic="campus_life", questions="climbing wall?",
        body_fr="Au gymnase.",
        title_en="Climbing wall", title_fr="Mur d'escalade", body_en=f"In the **gym**. {HOSTILE}",
    )  # fmt: skip
    _, page = await desk.send("/staff/articles", {**form, "act": "preview"})
    assert page.xpath("//div[contains(@class, 'preview')]//strong[text()='gym']")
    assert not page.xpath("//main//script")
    assert "No articles yet" in words_of((await desk.open("/staff/answers"))[1])
    response, _ = await desk.send("/staff/articles", {**form, "act": "publish"})
    assert response.status == 303
    assert not (await desk.open("/staff/unanswered"))[1].xpath("//a[@data-row]")
    path = response.headers["Location"].split("?")[0]
    form["body_en"] = "In the sports hall."
    await desk.send(path, {**form, "act": "save"})
    await desk.send(path, {"act": "undo"})
    _, page = await desk.open(path)
    assert "In the **gym**" in page.xpath("//textarea[@name='body_en']")[0].text
    await desk.send(path, {"act": "withdraw"})
    assert "Withdrawn" in words_of((await desk.open("/staff/answers"))[1])
    response, page = await desk.send(path, {**form, "act": "save", "source_url": "javascript:alert(1)"})
    assert response.status == 400
    assert "no web address" in words_of(page)


async def test_a_group_is_marked_or_put_aside(make_desk, log):
    log.add(TALK, {"text": "Is there a climbing wall?", "outcome": "fallback"})
    log.add(OTHER, {"text": "What is the meaning of life", "outcome": "fallback"})
    desk = await make_desk("editor")
    links = (await desk.open("/staff/unanswered"))[1].xpath("//a[@data-row]/@href")
    assert len(links) == 2
    assert (await desk.send(links[0], {"act": "mark", "intent": "no_such_intent"}))[0].status == 400
    await desk.send(links[0], {"act": "mark", "intent": "ask_cvec"})
    await desk.send(links[1], {"act": "dismiss"})
    _, page = await desk.open("/staff/unanswered")
    assert "Nothing is open" in words_of(page)


# --- numbers


async def test_every_plot_is_an_image_with_a_table_and_small_counts_are_hidden(make_desk, log, review_url):
    tallies = Tallies()
    for count, topic in ((9, "visa"), (3, "cvec")):
        for _ in range(count):
            tallies.count_answer(time.time(), "en", topic, "answered")
            tallies.count_conversation("conversation", time.time(), "web")
    with session_scope(review_url, writing=True) as session:
        tallies.write(session)
        session.commit()
    desk = await make_desk("reviewer")
    _, page = await desk.open("/staff/numbers")
    images = page.xpath("//figure//img/@src")
    assert images
    assert len(images) == len(page.xpath("//figure/following-sibling::details//table"))
    for theme in ("light", "dark"):
        response, _ = await desk.open(f"{images[0]}&theme={theme}")
        assert (response.status, response.content_type) == (200, "image/svg+xml")
        assert "<script" not in await response.text()
    table = await (await desk.open("/staff/numbers/topics.csv"))[0].text()
    assert "Visa,9" in table
    assert "CVEC" not in table
    for query in ("step=hour", "from=2026-13-01", "from=2030-01-01&to=2020-01-01"):
        assert (await desk.open(f"/staff/numbers?{query}"))[0].status == 400


# --- every page


@pytest.mark.parametrize("language", SUPPORTED_LANGUAGES)
async def test_every_page_speaks_the_language_and_is_kept_from_caches_and_frames(make_desk, log, language):
    log.add(TALK, {"text": "Is there a climbing wall?", "outcome": "fallback"})
    desk = await make_desk("admin")
    await desk.send("/staff/language", {"language": language, "next": "/staff"})
    for route in ROUTES:
        if route.method != "GET" or "{" in route.path or route.path in ("/login", "/sso", "/sso/back", "/fact"):
            continue
        response, page = await desk.open(f"/staff{route.path}")
        assert response.status == 200, route.path
        assert response.headers["Cache-Control"] == "no-store"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert "unsafe" not in response.headers["Content-Security-Policy"]
        if page is not None:
            assert page.get("lang") == language
            assert page.xpath("//title/text()")[0].endswith(wording(language)["console"])


async def test_a_form_too_large_is_refused(make_desk):
    desk = await make_desk("editor")
    response, page = await desk.send("/staff/articles", {"act": "save", "body_en": "x" * 200_000})
    assert response.status == 413
    assert "too large" in page.text_content()
    assert LARGEST_UPLOAD > 200_000


async def test_the_number_of_who_waits_stands_in_the_title(make_desk, log):
    log.add(TALK, {"text": "A person please", "outcome": "handed_over", "topic": "contact"})
    desk = await make_desk("reader")
    _, page = await desk.open("/staff/numbers")
    assert page.xpath("//title/text()")[0].startswith("(1) ")
    response, _ = await desk.open("/staff/news")
    assert json.loads(await response.text())["waiting"] == 1


async def test_a_student_is_erased_everywhere_and_handed_everything(make_desk, log, review_url):
    log.add(TALK, {"text": f"I am {SECRETS[0]}"})
    admin, editor = await make_desk("admin"), await make_desk("editor")
    path = f"/staff/conversations/{TALK}"
    for act in ("erase", "hand-out"):
        assert (await editor.send(f"{path}/{act}", {"sure": "yes"}))[0].status == 403
    response, _ = await admin.send(f"{path}/hand-out")
    assert SECRETS[0] in await response.text()
    assert "attachment" in response.headers["Content-Disposition"]
    assert (await admin.send(f"{path}/erase"))[0].status == 400
    assert (await admin.send(f"{path}/erase", {"sure": "yes"}))[0].status == 303
    assert (await admin.open(path))[0].status == 404
    (actor, subject), *more = acts_in(review_url, "conversation.erase")
    assert (actor, more) == ("admin@school.example", [])
    assert TALK not in subject
