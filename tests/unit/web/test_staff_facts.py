"""Facts are corrected and files imported in the console."""

import pytest
from aiohttp import FormData
from lxml import html

from bot.mobility.database import session_scope as mobility_session
from bot.mobility.database import upgrade
from bot.mobility.models import Confidence, Contact, Source
from tests.unit.web.staff_desk import acts_in, words_of


@pytest.fixture
def one_fact(make_settings):
    """A mobility database with one contact."""
    url = make_settings().mobility_database_url
    upgrade(url)
    with mobility_session(url) as session:
        session.add(
            Source(code="page", title={"en": "The page"}, url="https://a.example/page", confidence=Confidence.OFFICIAL)
        )
        session.flush()
        session.add(
            Contact(
                code="desk", name={"en": "The desk", "fr": "Le guichet"}, email="desk@school.example",
                source_code="page", verified_on="2020-01",
            )
        )  # fmt: skip
        session.commit()
    return url


async def test_a_fact_is_corrected_with_its_source_and_taken_back(make_desk, one_fact, log, review_url):
    desk = await make_desk("editor")
    _, page = await desk.open("/staff/renew")
    link = page.xpath("//a[@data-row]/@href")[0]
    _, page = await desk.open((await desk.open(link))[1].xpath("//td/a[@data-row]/@href")[0])
    links = {a.get("href").rpartition("=")[2]: a.get("href") for a in page.xpath("//td/a[contains(@href, 'field=')]")}
    _, page = await desk.open(links["email"])
    form = dict(page.xpath("//form[contains(@action, '/fact')]")[0].form_values())
    response, page = await desk.send("/staff/fact", {**form, "value": "new@school.example", "verified_on": "tomorrow"})
    assert response.status == 400
    assert "must be" in page.xpath("//p[@role='alert']")[0].text
    form.update(value="new@school.example", verified_on="2026-11-20", source_title="Phone call", source_url="")
    response, _ = await desk.send("/staff/fact", form)
    assert response.status == 303
    _, page = await desk.open(response.headers["Location"])
    assert "new@school.example" in words_of(page)
    assert acts_in(review_url, "fact.correct") == [("editor@school.example", "contact desk")]
    await desk.send("/staff/fact", {"table": "contact", "key": "desk", "act": "take_back"})
    _, page = await desk.open("/staff/fact?table=contact&key=desk")
    assert page.xpath("//tr[th='E-mail address']/td")[0].text_content() == "desk@school.example"
    for query in ("table=nothing&key=desk", "table=contact&key=none", "table=contact&key=desk&field=code", ""):
        assert (await desk.open(f"/staff/fact?{query}"))[0].status == 404


async def test_files_are_looked_at_before_they_are_imported(make_desk, one_fact, make_settings, review_url):
    desk = await make_desk("editor")
    text = "code,name_en,name_fr,email,verified_on\nhelpdesk,Help desk,Bureau d'aide,help@school.example,2026-11-01\n"

    def form(name: str, content: str) -> FormData:
        data = FormData({"form_token": desk.token, "adapter": "table"}, quote_fields=False)
        data.add_field("files", content.encode(), filename=name, content_type="text/csv")
        return data

    async def upload(name: str, content: str):
        response = await desk.client.post(
            "/staff/imports", data=form(name, content), headers={"Sec-Fetch-Site": "same-origin"}
        )
        return response, html.document_fromstring(await response.text())

    response, page = await upload("../../contacts.csv", text)
    assert response.status == 200, words_of(page)
    assert "helpdesk" in words_of(page)
    assert not (make_settings().var.parent / "contacts.csv").exists()
    assert (await desk.open("/staff/fact?table=contact&key=helpdesk"))[0].status == 404
    chosen = dict(page.xpath("//form[contains(@action, 'confirm')]")[0].form_values())
    response, page = await desk.send("/staff/imports/confirm", {**chosen, "act": "import"})
    assert response.status == 303, words_of(page)
    assert (await desk.open("/staff/fact?table=contact&key=helpdesk"))[0].status == 200
    assert acts_in(review_url, "import") == [("editor@school.example", "contacts.csv")]
    assert "contacts.csv" in words_of((await desk.open("/staff/imports"))[1])
    assert (await desk.send("/staff/imports/confirm", {**chosen, "act": "import"}))[0].status == 400
    for token in ("..", "../..", "x" * 32, ""):
        assert (await desk.send("/staff/imports/confirm", {**chosen, "token": token}))[0].status == 400
    response, page = await upload("contacts.csv", "<html>not a table</html>")
    assert response.status in (200, 400)
    assert page.xpath("//p[@role='alert'] | //section//li")
    assert (await desk.send("/staff/imports", {"adapter": "table"}))[0].status == 400
