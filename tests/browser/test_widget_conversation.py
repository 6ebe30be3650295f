"""What a student sees and does in the widget."""

import asyncio
import re

import pytest
from playwright.async_api import expect

pytestmark = pytest.mark.asyncio(loop_scope="session")

PRICE = "What does a room in the INSA residences cost?"
LONG_LIST = "Which courses are taught in English in semester 9 in mechanical engineering?"
SAMPLE = "When does the Welcome Programme start?"
STRANGE = "Ω" * 90 + "\n<b>x</b> `code_" + "very_long_" * 12 + "` مرحبا بالعالم 👩‍👩‍👧‍👦🎉 /restart **no**"


async def test_the_notice_on_privacy_and_the_first_choices_stand_there_before_the_first_message(visit):
    student = await (await visit()).open()
    notice = student.find("#notice")
    await expect(notice).to_be_in_viewport()
    assert re.search(r"kept for 12 months after your last message", await notice.inner_text())
    choices = student.find(".choices button")
    assert await choices.count() >= 4
    await student.button("More on privacy").click()
    await expect(student.chat.get_by_role("dialog", name="Privacy")).to_contain_text("For how long")
    await student.page.keyboard.press("Escape")
    await choices.first.click()
    await student.find(".message.assistant").nth(1).wait_for()
    await expect(choices.first).to_be_visible()
    await expect(choices.first).to_have_attribute("aria-pressed", "true")
    title = re.sub(r"^✓", "", await choices.first.inner_text()).strip()
    assert await student.said() == [title]


async def test_an_answer_bears_its_sources_their_age_and_badges_and_links_open_outside(visit):
    student = await (await visit()).open()
    answer = await student.ask(PRICE)
    source = answer.locator(".sources li").first
    assert re.search(r"Source: .+ · as of 2018–2019 · checked", await source.inner_text())
    await expect(source.locator(".badge")).to_have_text("May be out of date")
    link = source.locator("a")
    assert (await link.get_attribute("target"), await link.get_attribute("rel")) == ("_blank", "noopener noreferrer")
    sample = await student.ask(SAMPLE)
    await expect(sample.locator(".badge").filter(has_text="Sample, not a real fact").first).to_be_visible()
    assert re.fullmatch(r"\d\d:\d\d", await answer.locator("time").inner_text())


async def test_lists_longer_than_three_fold(visit):
    student = await (await visit()).open()
    answer = await student.ask(LONG_LIST)
    items = answer.locator(".bubble ol > li")
    total = await items.count()
    assert total > 3
    assert [await items.nth(number).is_visible() for number in range(4)] == [True, True, True, False]
    more = answer.get_by_role("button", name=f"Show {total - 3} more")
    await expect(more).to_have_attribute("aria-expanded", "false")
    await more.click()
    await expect(items.nth(total - 1)).to_be_visible()
    await expect(answer.get_by_role("button", name="Show fewer").first).to_have_attribute("aria-expanded", "true")


@pytest.mark.parametrize("width", [1280, 768, 360, 320])
async def test_strange_words_stand_as_typed_and_break_no_layout(visit, width):
    student = await (await visit(viewport={"width": width, "height": 640})).open()
    answer = await student.ask(STRANGE)
    assert await student.said() == [STRANGE]
    assert await student.find(".student .bubble *").count() == 0
    assert await student.find(".student .bubble").get_attribute("dir") == "auto"
    await student.deliver(text=f"**{'long' * 60}** {'x' * 300}\n- مرحبا\n- `{'y' * 200}`")
    await student.find(".message.assistant").nth(2).wait_for()
    assert await student.overflow() <= 0
    assert await student.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert await answer.count()


async def test_it_shows_that_an_answer_is_being_written(visit):
    student = await (await visit()).open()
    sent, line = asyncio.Event(), asyncio.Event()

    async def answer_late(route):
        sent.set()
        await line.wait()
        await route.continue_()

    await student.page.context.route("**/api/messages", answer_late)
    await student.type("hello")
    await asyncio.wait_for(sent.wait(), 15)
    await expect(student.find("#typing")).to_be_visible()
    await expect(student.find(".sending .state")).to_have_text("Sending")
    line.set()
    await expect(student.find(".message.assistant")).to_have_count(2)
    await expect(student.find("#typing")).to_be_hidden()


async def test_words_from_right_to_left_are_set_so(visit):
    student = await (await visit()).open()
    await student.ask("مرحبا، كم تكلفة الغرفة؟")
    bubble = student.find(".student .bubble")
    assert await bubble.evaluate("(bubble) => getComputedStyle(bubble).direction") == "rtl"
    await student.find("#text").fill("مرحبا")
    assert await student.find("#text").evaluate("(field) => field.matches(':dir(rtl)')")


async def test_cards_and_files_are_shown_with_facts_and_links(visit):
    student = await (await visit()).open()
    facts = [{"label": "Rent", "value": "308 €"}, {"label": "Size", "value": "18 m²"}]
    cards = [
        {"title": f"Residence {n}", "subtitle": "On campus", "facts": facts, "url": "https://a.example/r"}
        for n in range(5)
    ]
    files = [{"name": "my-plan.ics", "mime": "text/calendar", "url": "/files/some-token/my-plan.ics"}]
    await student.deliver(text="Two things:", cards=cards, attachments=files)
    item = student.find(".message.assistant").nth(1)
    await item.wait_for()
    await expect(item.locator(".card:visible")).to_have_count(3)
    await expect(item.locator(".card").first).to_contain_text("18 m²")
    assert await item.locator(".card a").first.get_attribute("href") == "https://a.example/r"
    link = item.get_by_role("link", name="my-plan.ics")
    assert await link.get_attribute("href") == f"{student.assistant.url}/files/some-token/my-plan.ics"


async def test_the_language_of_interface_and_answers_is_switched(visit):
    student = await (await visit()).open()
    await student.button("FR").click()
    await expect(student.find(".message.assistant .bubble")).to_contain_text("Bonjour")
    await expect(student.launcher).to_have_accessible_name("Une question ?")
    await student.ask("Combien coûte une chambre dans les résidences de l'INSA ?")
    assert await student.find(".message.student").get_attribute("lang") == "fr"
    assert await student.find(".message.assistant").last.get_attribute("lang") == "fr"
    await student.button("EN").click()
    await expect(student.find(".message.assistant").last).to_have_attribute("lang", "en")
    await expect(student.find(".message.assistant .bubble").last).to_contain_text("published prices")
    assert (await student.said())[-1] == "In English, please"
    assert await student.frame.evaluate("document.documentElement.lang") == "en"


async def test_the_interface_goes_along_with_the_language_in_which_the_student_writes(visit):
    student = await (await visit()).open()
    answer = await student.ask("Combien coûte une chambre dans les résidences de l'INSA ?")
    await expect(student.find("#text")).to_have_attribute("placeholder", "Posez votre question")
    await expect(answer.locator(".sources li").first).to_contain_text("en date de")
    await expect(student.launcher).to_have_accessible_name("Une question ?")
    assert await student.said() == ["Combien coûte une chambre dans les résidences de l'INSA ?"]
    await student.ask("What does a room in the INSA residences cost?")
    await expect(student.find("#text")).to_have_attribute("placeholder", "Ask your question")


async def test_an_opinion_with_a_comment_is_kept(visit):
    import sqlite3

    student = await (await visit()).open()
    answer = await student.ask(PRICE)
    await answer.get_by_role("button", name="This did not help").click()
    await answer.get_by_label("What was missing or wrong? (optional)").fill("Which floor?")
    await answer.get_by_role("button", name="Send comment").click()
    await expect(answer.get_by_role("status")).to_have_text("Thank you, your comment has been sent.")
    with sqlite3.connect(student.assistant.var / "review.db") as database:
        kept = database.execute("select helpful, comment from feedback where comment = 'Which floor?'").fetchall()
    assert kept == [(0, "Which floor?")]
    await student.page.reload()
    again = student.find(".message.assistant").last.get_by_role("button", name="This did not help")
    await expect(again).to_have_attribute("aria-pressed", "true")


async def test_the_menu_starts_over_asks_for_a_person_and_downloads(visit):
    student = await (await visit()).open()
    await student.ask(PRICE)
    answers = student.find(".message.assistant")
    for name, said in (("Talk to a person", "I would like to talk to a person"), ("Start over", "Start over")):
        before = await answers.count()
        await student.button("Menu").click()
        await student.button(name).click()
        await answers.nth(before).wait_for()
        assert (await student.said())[-1] == said
    await student.button("Menu").click()
    async with student.page.expect_download() as coming:
        await student.button("Download my conversation").click()
    download = await coming.value
    assert re.fullmatch(r"conversation-\d{4}-\d\d-\d\d\.txt", download.suggested_filename)
    text = (await download.path()).read_text(encoding="utf-8")
    for message in await student.history():
        assert message["text"] in text


async def test_erasing_asks_once_and_then_everything_is_gone(visit, assistant):
    import requests

    student = await (await visit(f"{assistant.url}/demo")).open()
    await student.ask("My secret is that I love Rouen")
    token = await student.token()
    await student.button("Menu").click()
    await student.button("Erase my conversation").click()
    question = student.chat.get_by_role("dialog", name="Erase this conversation?")
    await question.get_by_role("button", name="Keep").click()
    assert await student.said() == ["My secret is that I love Rouen"]
    await student.button("Menu").click()
    await student.button("Erase my conversation").click()
    await question.get_by_role("button", name="Erase").click()
    await student.find(".note").get_by_text("has been erased").wait_for()
    await student.find(".choices button").first.wait_for()
    headers = {"Authorization": f"Bearer {token}"}
    assert requests.get(f"{student.assistant.url}/api/messages", headers=headers, timeout=30).status_code == 404
    kept = await student.frame.evaluate("JSON.stringify(localStorage) + document.body.textContent")
    assert "secret" not in kept
    assert token not in kept


async def test_a_messenger_goes_on_with_the_code_that_the_menu_shows(visit):
    import sqlite3

    import requests
    from assistant import TELEGRAM

    student = await (await visit()).open()
    await student.ask("I come on exchange. Which papers do I need for a visa?")
    await student.button("Menu").click()
    await student.button("Go on in a messenger").click()
    shown = student.chat.get_by_role("dialog", name="Go on in a messenger")
    code = await shown.locator("#code").inner_text()
    assert re.fullmatch(r"[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}", code)
    link = shown.get_by_role("link", name="Open Telegram with this code")
    assert await link.get_attribute("href") == f"https://t.me/{TELEGRAM['TELEGRAM_BOT_NAME']}?start=link-{code}"
    await expect(shown).to_contain_text(re.compile(r"until \d\d:\d\d"))
    await student.check_accessible("code for a messenger")
    await shown.get_by_role("button", name="Close").click()
    await expect(student.find("#menu-button")).to_be_focused()
    chat = {"id": 70017, "type": "private"}
    sender = {"id": 70017, "is_bot": False, "first_name": "Ada", "language_code": "fr"}
    message = {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": f"/start link-{code}"}
    delivered = requests.post(
        f"{student.assistant.url}/webhooks/telegram/webhook", json={"update_id": 70017, "message": message},
        headers={"X-Telegram-Bot-Api-Secret-Token": TELEGRAM["TELEGRAM_SECRET"]}, timeout=30,
    )  # fmt: skip
    assert delivered.status_code == 200
    known = "select 1 from events where sender_id = 'telegram-70017' and data like '%\"stay\"%exchange%'"
    for _ in range(100):
        with sqlite3.connect(student.assistant.var / "conversations.db", timeout=20) as database:
            if database.execute(known).fetchone():
                return
        await asyncio.sleep(0.1)
    raise AssertionError("the messenger did not take over what the widget knew")


async def test_no_line_ends_before_a_sign_that_french_sets_apart(visit):
    student = await (await visit(locale="fr-FR")).open()
    facts = [{"label": "Prix", "value": "308 €"}]
    await student.deliver(
        text="**Prix** : 308 € ! Où ? « Ici » ; 5 % : voilà", language="fr",
        cards=[{"title": "Loyer : Bougainville", "subtitle": "", "facts": facts, "url": None}],
        buttons=[{"title": "Et après ?", "choice": "0123456789abcdef"}],
    )  # fmt: skip
    item = student.find(".message.assistant").nth(1)
    words = await item.evaluate("(item) => item.textContent")
    assert re.findall(r" [:;!?»€%]|« ", words) == []
    assert "Prix\u00a0: 308\u00a0€\u00a0! Où\u00a0? «\u00a0Ici\u00a0»\u00a0; 5\u00a0%\u00a0: voilà" in words
    await student.type("Ça va : bien ?")
    await expect(student.find(".student .bubble")).to_have_count(1)
    assert await student.said() == ["Ça va : bien ?"]


async def test_the_calendar_of_a_plan_is_downloaded(visit):
    import requests

    student = await (await visit()).open()
    await student.ask("Make me a plan for my arrival as an exchange student")
    await student.ask("I am from Spain")
    await student.button("First semester (autumn)").click()
    link = student.find(".files a").filter(has_text=".ics").first
    file = requests.get(await link.get_attribute("href"), timeout=30)
    assert file.text.startswith("BEGIN:VCALENDAR")
    assert file.headers["Content-Disposition"].startswith("attachment")
