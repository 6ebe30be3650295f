"""What staff do besides answering: each task in a browser, as a person does it, with what comes of it."""

import csv
import io
import re

import pytest
from playwright.sync_api import expect

ADDRESS, PHONE = "lee.student@example.org", "+33 6 12 34 56 78"


@pytest.fixture
def talk(assistant, console, open_console, staff):
    """Open the conversation in which a student said something."""

    def start(page, words):
        row = page.locator("a[data-row]").filter(has_text=words).first
        staff.until(page, row, console)
        row.click()
        expect(page.locator(".transcript")).to_be_visible()

    return start


def test_a_fact_is_corrected_and_the_assistant_tells_the_new_one(assistant, console, open_console):
    question = "What is the e-mail address of the international relations office?"
    before = assistant.ask(question)
    assert before.outcome == "answered", before.text
    page = open_console()
    page.goto(f"{console}/quoted")
    page.get_by_label("Search all facts").fill("international relations office")
    page.keyboard.press("Enter")
    page.locator("a[data-row]").filter(has_text=re.compile("^International relations office")).click()
    page.get_by_role("link", name="Correct E-mail address").click()
    page.get_by_label("Value").fill("new.office@school.example")
    page.get_by_role("button", name="Correct the fact").click()
    expect(page.get_by_label("Last verified")).to_be_focused()  # it has to be said when it was checked
    page.get_by_label("Last verified").fill("2026-11-20")
    page.get_by_label("Source (empty: your office)").fill("Phone call")
    page.get_by_role("button", name="Correct the fact").click()
    expect(page.get_by_text("Corrected: the assistant answers with it from now on.")).to_be_visible()
    try:
        assert "new.office@school.example" in assistant.ask(question).text
    finally:
        page.get_by_role("button", name="Take the corrections back").click()
        expect(page.get_by_text("Restored as it was.")).to_be_visible()
    assert assistant.ask(question).text == before.text


def test_a_file_is_looked_at_before_it_is_imported(console, open_console):
    text = (
        "code,name_en,name_fr,email,verified_on\n"
        "lost_property,Lost property,Objets trouvés,lost@school.example,2026-11-01\n"
        "no_name,,,nobody,2026-11-01\n"
    )
    page = open_console()
    page.goto(f"{console}/imports")
    file = {"name": "contacts.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("[type=file]").set_input_files(file)
    page.get_by_role("button", name="Show the differences").click()
    expect(page.get_by_role("heading", name="What the import would change")).to_be_visible()
    expect(page.locator("tr").filter(has_text="lost_property")).to_contain_text("lost@school.example")
    expect(page.get_by_text("left out").first).to_be_visible()
    other = page.context.new_page()
    other.goto(f"{console}/facts?q=lost property")
    expect(other.get_by_text("No fact fits.")).to_be_visible()  # nothing is written yet
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Imported.")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("contacts.csv")
    other.reload()
    expect(other.locator("a[data-row]").first).to_contain_text("Lost property")


def test_personal_data_is_hidden_until_somebody_looks_and_that_is_recorded(assistant, console, open_console, talk):
    words = "My laptop was stolen in the metro of Rouen"
    assistant.ask(f"{words}, write to {ADDRESS} or call {PHONE}")
    page = open_console()
    talk(page, words)
    transcript = page.locator(".transcript")
    expect(transcript).to_contain_text("[e-mail]")
    expect(transcript).not_to_contain_text(ADDRESS)
    assert ADDRESS not in page.content()
    page.get_by_role("button", name="Show personal data").click()
    expect(transcript).to_contain_text(ADDRESS)
    expect(transcript).to_contain_text(PHONE)
    page.get_by_role("link", name="Hide again").click()
    expect(transcript).not_to_contain_text(ADDRESS)
    page.goto(f"{console}/audit")
    expect(page.locator("tbody tr").first).to_contain_text("Looked at personal data")


def test_a_view_is_saved_exported_and_dropped(assistant, console, open_console, staff):
    assistant.ask(f"Is there a trampoline hall? I am {ADDRESS}")
    page = open_console()
    row = page.locator("a[data-row]").filter(has_text="trampoline")
    staff.until(page, row.first, f"{console}?q=trampoline")
    expect(page.locator("mark").first).to_have_text("trampoline")
    page.get_by_label("Name of the view").fill("Trampolines")
    page.get_by_role("button", name="Save this view").click()
    expect(page.get_by_text("The view is saved.")).to_be_visible()
    page.goto(console)
    page.get_by_role("link", name="Trampolines").click()
    expect(row.first).to_be_visible()
    expect(page.get_by_role("link", name="Trampolines")).to_have_attribute("aria-current", "page")
    page.locator("summary", has_text="Filters").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export as CSV").click()
    exported = open(download.value.path(), encoding="utf-8-sig").read()
    rows = list(csv.DictReader(io.StringIO(exported)))
    assert any("trampoline" in row["latest_words"] for row in rows)
    assert ADDRESS not in exported
    page.get_by_role("button", name="Drop this view").click()
    expect(page.get_by_role("link", name="Trampolines")).to_have_count(0)


def test_a_message_is_marked_for_training_and_becomes_a_dialogue_test(assistant, console, open_console, talk):
    words = "Can I get a lift from the station on Sunday?"
    assistant.ask(words)
    page = open_console()
    talk(page, words)
    page.locator("li.student details.about summary").last.click()
    page.get_by_label("This was meant").last.select_option("ask_transport")
    page.get_by_role("button", name="This was meant").last.click()
    expect(page.get_by_text("Marked. The next training learns it.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Make the test").click()
    story = open(download.value.path(), encoding="utf-8").read()
    assert words in story
    page.goto(f"{console}/training")
    expect(page.locator("tbody tr").filter(has_text=words)).to_contain_text("for the next training")
    expect(page.get_by_role("button", name="Train and compare")).to_be_enabled()


def test_who_waits_and_what_is_new_shows_without_reloading(assistant, console, open_console):
    page = open_console()
    expect(page.locator("#fresh")).to_be_hidden()
    before = int(re.search(r"^\((\d+)\)", page.title() + " (0)").group(1) if page.title().startswith("(") else 0)
    student = assistant.conversation("en")
    student.say("I want to talk to a person")
    expect(page).to_have_title(re.compile(rf"^\({before + 1}\)"))
    page.get_by_role("link", name="Show them").click()
    expect(page.locator("a[data-row]").first).to_contain_text("Waiting for a person")
    page.locator("a[data-row]").first.click()
    student.say("My address is kim@example.org")
    expect(page.locator("#handoff")).to_contain_text("answer to [e-mail]")
    expect(page.locator(".transcript")).to_contain_text("My address is [e-mail]")


def test_who_waits_is_told_by_mail_whose_link_leads_there(assistant, mail_server, open_console):
    page = open_console()
    student = assistant.conversation("fr")
    student.say("Je suis Zélie Blanche, zelie@example.org")
    known = len(mail_server.mails)
    assert student.say("Je veux parler à une personne").outcome == "handed_over"
    mail = mail_server.wait_for(lambda mail: mail in mail_server.mails[known:])
    assert mail["To"] == "office@school.example"
    text = mail.get_payload(decode=True).decode()
    assert "zelie" not in str(mail).casefold() + text.casefold()
    page.goto(re.search(r"http\S+/staff/conversations/\S+", text).group())
    expect(page.locator(".transcript")).to_contain_text("Je veux parler à une personne")
    expect(page.get_by_role("button", name="Take over")).to_be_visible()


def test_figures_are_drawn_and_handed_out(assistant, console, open_console):
    assistant.ask("What is the CVEC?")
    page = open_console()
    page.goto(f"{console}/numbers")
    page.locator("[name=step]").select_option("month")
    page.get_by_role("button", name="Show").click()
    for image in page.locator("figure img").all():
        image.scroll_into_view_if_needed()
        expect(image).to_have_js_property("complete", True)
        assert image.evaluate("image => image.naturalWidth") > 0
    links = page.locator("a[href*='.csv']")
    if links.count():  # fewer than five of anything are hidden
        with page.expect_download() as download:
            links.first.click()
        assert open(download.value.path(), encoding="utf-8-sig").read().count("\n") > 1


def test_a_page_that_is_not_there_says_what_to_do(console, open_console, browser):
    context = browser.new_context(locale="fr-FR")
    page = context.new_page()
    page.goto(f"{console}/conversations/none")
    expect(page.get_by_role("heading", name="Se connecter")).to_be_visible()
    context.close()
