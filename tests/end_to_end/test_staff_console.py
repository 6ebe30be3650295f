"""The staff at work: a browser at the console, students at the assistant."""

import re
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PAGES = (
    "", "/unanswered", "/answers", "/articles/new", "/quoted", "/renew", "/facts?q=visa",
    "/fact?table=contact&key=registrar", "/fact?table=contact&key=registrar&field=name", "/imports", "/training",
    "/numbers", "/accounts", "/audit", "/profile",
)  # fmt: skip
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def test_a_question_without_an_answer_becomes_an_article_that_answers_it(assistant, console, open_console, staff):
    question = "Where can I repair my violin?"
    before = assistant.ask(question)
    assert before.outcome in ("fallback", "not_known"), before.text
    page = open_console()
    group = page.locator("a[data-row]").filter(has_text=question)
    staff.until(page, group, f"{console}/unanswered")
    group.click()
    page.get_by_role("link", name="Write an article").click()
    for language, title, body in (
        ("en", "Violins and other instruments", "The music section repairs a **violin** on Thursdays."),
        ("fr", "Violons et autres instruments", "La section musique répare un **violon** le jeudi."),
    ):
        page.locator(f"[name=title_{language}]").fill(title)
        page.locator(f"[name=body_{language}]").fill(body)
    page.locator("[name=questions]").fill(
        f"{question}\nWho repairs violins?\nOù faire réparer mon violon ?\nQui répare les violons ?"
    )
    page.locator("[name=topic]").select_option("campus_life")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview strong").first).to_have_text("violin")
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("Published: the assistant answers with it from now on.")).to_be_visible()
    for reworded, words in (
        ("My violin is broken, where can I have it repaired?", "on Thursdays"),
        ("Mon violon est cassé, où puis-je le faire réparer ?", "le jeudi"),
    ):
        reply = assistant.ask(reworded)
        assert reply.outcome == "answered", reply.text
        assert words in reply.text
    page.goto(f"{console}/unanswered")
    expect(group).to_have_count(0)


def test_a_student_asks_for_a_person_and_speaks_with_one(assistant, console, open_console, staff):
    student = assistant.conversation("en")
    assert student.say("I want to talk to a person").outcome == "handed_over"
    page = open_console()
    waiting = page.locator("a[data-row]").filter(has_text="I want to talk to a person")
    staff.until(page, waiting.first, f"{console}?state=waiting")
    # Other tests' students may wait too.
    expect(page).to_have_title(re.compile(r"^\([1-9]\d*\) Conversations - Staff console$"))
    waiting.first.click()
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Your reply").fill("Hello, Ada of the office here.")
    expect(page.locator("#draft-state")).to_have_text("Draft saved")
    page.reload()
    expect(page.get_by_label("Your reply")).to_have_value("Hello, Ada of the office here.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".transcript .staff")).to_contain_text("Ada of the office")
    response = student.post({"text": "Which papers do you need?"})
    assert response.status_code == 202
    expect(page.locator(".transcript")).to_contain_text("Which papers do you need?")  # arrives by itself
    page.get_by_role("button", name="Give back to the assistant").click()
    expect(page.get_by_text("The assistant answers again; the student was told.")).to_be_visible()
    assert student.say("What is the CVEC?").outcome == "answered"


def test_a_student_in_the_chat_and_staff_in_the_console_speak_with_each_other(assistant, console, open_console, staff):
    page = open_console()
    student = page.context.browser.new_context(locale="fr-FR").new_page()
    student.goto(assistant.url)
    expect(student.locator(".assistant").first).to_be_visible()

    def write(text):
        student.locator("#text").fill(text)
        student.keyboard.press("Enter")

    write("Je voudrais parler à quelqu'un de votre équipe")
    row = page.locator("a[data-row]").filter(has_text="quelqu'un de votre équipe")
    staff.until(page, row.first, f"{console}?state=waiting")
    row.first.click()
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Your reply").fill("Bonjour, le bureau est ouvert demain matin.")
    page.get_by_role("button", name="Send").click()
    expect(student.locator(".message.staff").last).to_contain_text("ouvert demain matin")  # arrives by itself
    write("Merci, je viens à neuf heures")
    expect(page.locator(".transcript")).to_contain_text("je viens à neuf heures")  # so does this
    page.get_by_role("button", name="Give back to the assistant").click()
    expect(page.get_by_text("The assistant answers again; the student was told.")).to_be_visible()
    write("Qu'est-ce que la CVEC ?")
    expect(student.locator(".message.assistant").last).to_contain_text("CVEC")
    student.context.close()


def test_reading_with_the_keyboard(assistant, console, open_console, staff):
    for text in ("Do you like jazz?", "What is the CVEC?"):
        assistant.ask(text)
    page = open_console()
    staff.until(page, page.locator("a[data-row]").filter(has_text="What is the CVEC?").first, console)
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("a[data-row]").nth(1)).to_be_focused()
    page.keyboard.press("k")
    page.keyboard.press("o")
    page.wait_for_url(f"{console}/conversations/*")
    first = urlsplit(page.url).path
    page.keyboard.press("n")
    page.wait_for_url(lambda url: urlsplit(url).path != first)
    page.keyboard.press("p")
    page.wait_for_url(lambda url: urlsplit(url).path == first)
    page.keyboard.press("e")
    expect(page.get_by_role("button", name="Not reviewed after all")).to_be_visible()
    page.wait_for_load_state()  # the keys are those of a script
    page.keyboard.press("u")
    page.wait_for_url(console)
    page.keyboard.press("/")
    page.keyboard.type("cvec")
    page.keyboard.press("Enter")
    expect(page.locator("mark").first).to_be_visible()


def press(page, target):
    """Go to a control by the Tab key alone, see that it shows where one is, and press it."""
    reach(page, target)
    page.keyboard.press("Enter")


def reach(page, target):
    expect(target).to_have_count(1)
    for _ in range(120):
        if target.evaluate("element => element === document.activeElement"):
            break
        page.keyboard.press("Tab")
    expect(target).to_be_focused()
    outline = target.evaluate("element => { const s = getComputedStyle(element); return s.outlineStyle + s.boxShadow }")
    assert outline != "nonenone", "nothing shows where the keyboard is"


def test_a_person_answers_and_a_question_is_settled_without_a_mouse(assistant, console, open_console, staff):
    student = assistant.conversation("en")
    student.say("Please let me talk to a human being")
    assistant.ask("Who won the cycling race last Sunday?")
    page = open_console()
    waiting = page.locator("a[data-row]").filter(has_text="human being")
    staff.until(page, waiting.first, f"{console}?state=waiting")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, waiting)
    press(page, page.get_by_role("button", name="Take over"))
    reach(page, page.get_by_label("Your reply"))
    page.keyboard.type("Good morning")
    press(page, page.get_by_role("button", name="Send"))
    expect(page.locator(".transcript .staff").last).to_contain_text("Good morning")
    press(page, page.get_by_role("button", name="Give back to the assistant"))
    expect(page.get_by_text("The assistant answers again; the student was told.")).to_be_visible()
    group = page.locator("a[data-row]").filter(has_text="cycling race")
    staff.until(page, group, f"{console}/unanswered")
    press(page, group)
    press(page, page.get_by_role("button", name="Put aside"))
    page.wait_for_url(re.compile(r"/unanswered\?done="))
    expect(group).to_have_count(0)


@pytest.mark.parametrize(
    ("theme", "width", "language"), [("light", 1280, "fr"), ("dark", 360, "en")], ids=["desktop", "phone"]
)
def test_every_page_is_accessible_and_fits(assistant, console, open_console, staff, theme, width, language):
    assistant.ask("Is there a climbing wall?")
    page = open_console(color_scheme=theme, viewport={"width": width, "height": 800})
    page.locator(f"header button[lang={language}]").click()
    expect(page.locator("html")).to_have_attribute("lang", language)
    staff.until(page, page.locator("a[data-row]").first, console)
    conversation = page.locator("a[data-row]").first.get_attribute("href")
    problems = []
    for path in (*(f"{console}{path}" for path in PAGES), f"{assistant.url}{conversation}"):
        page.goto(path)
        found = Axe().run(page, options={"runOnly": STANDARDS}).response["violations"]
        problems += [f"{path}: {one['id']} {one['nodes'][0]['html'][:100]}" for one in found]
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            problems.append(f"{path}: wider than the window")
    page.locator("header button[lang=en]").click()
    assert problems == []
