"""Keyboard, screen reader, small and enlarged screens, colours: nobody is left out."""

import asyncio

import pytest
from playwright.async_api import expect

from tests.browser.host_sites import SCHOOL, embed

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE = '<img src=x onerror="parent.hacked=1"><script>window.hacked=1</script>'
ADDRESS = "javascript:window.hacked=1"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)], ids=["light, wide", "dark, narrow"])
async def test_no_state_breaks_a_rule_of_accessibility(visit, scheme, width):
    student = await visit(color_scheme=scheme, viewport={"width": width, "height": 720})
    await student.launcher.hover()
    await student.page.wait_for_function(
        "document.querySelector('welcome-assistant').shadowRoot.querySelector('iframe')"
    )
    await student.open()
    await student.check_accessible("greeting")
    answer = await student.ask("Which courses are taught in English in semester 9 in mechanical engineering?")
    await answer.get_by_role("button", name="This did not help").click()
    await answer.get_by_label("What was missing").wait_for()
    await student.check_accessible("answer, folded, with an opinion")
    await answer.get_by_role("button", name="Show").first.click()
    cards = [
        {
            "title": "Residence",
            "subtitle": "On campus",
            "facts": [{"label": "Rent", "value": "308 €"}],
            "url": "https://a.example",
        }
    ]
    files = [{"name": "plan.ics", "mime": "text/calendar", "url": "/files/x/plan.ics"}]
    buttons = [{"title": "Yes", "choice": "0123456789abcdef"}]
    await student.deliver(sender="staff", text="Good **morning**", cards=cards, attachments=files, buttons=buttons)
    await student.find(".staff").wait_for()
    await student.page.context.set_offline(True)
    await student.type("Are you there?")
    await student.find(".waiting").wait_for()
    await student.check_accessible("staff, cards, files, offline")
    await student.page.context.set_offline(False)
    await expect(student.find(".waiting, .sending")).to_have_count(0)
    await student.button("Menu").click()
    await student.check_accessible("menu")
    await student.button("Privacy").click()
    await student.check_accessible("privacy")
    await student.page.keyboard.press("Escape")
    await student.button("Menu").click()
    await student.button("Erase my conversation").click()
    await student.check_accessible("question before erasing")
    await student.picture(f"states-{scheme}-{width}")


async def test_all_is_done_with_the_keyboard_and_the_focus_stays_inside(visit):
    student = await visit()
    keyboard = student.page.keyboard
    await student.launcher.focus()
    await keyboard.press("Enter")
    await expect(student.find("#text")).to_be_focused()
    await student.find(".choices button").first.wait_for()
    reached = []
    for _ in range(30):
        await keyboard.press("Tab")
        reached.append(
            await student.frame.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")
        )
    assert "body" not in reached
    assert {"menu-button", "close", "log", "text", "notice-more", "FR", "Price of a room"} <= set(reached)
    assert reached.count("menu-button") >= 2, "it goes round"
    await keyboard.press("Shift+Tab")
    assert await student.frame.evaluate("document.hasFocus()")
    await student.find("#menu-button").focus()
    await keyboard.press("Enter")
    await expect(student.button("Talk to a person")).to_be_focused()
    await keyboard.press("Escape")
    await expect(student.find("#menu")).to_be_hidden()
    await expect(student.find("#menu-button")).to_be_focused()
    await keyboard.press("Escape")
    await expect(student.page.locator("welcome-assistant dialog")).to_be_hidden()
    await expect(student.launcher).to_be_focused()


async def test_who_types_right_after_opening_types_into_the_conversation_also_on_a_slow_line(visit, school):
    student = await visit()
    frame_asked, line = asyncio.Event(), asyncio.Event()

    async def answer_late(route):
        frame_asked.set()
        await line.wait()
        await route.continue_()

    await student.page.context.route("**/widget/frame*", answer_late)
    await student.go(school)
    await student.launcher.click()
    await asyncio.wait_for(frame_asked.wait(), 30)
    line.set()
    await student.find(".message").first.wait_for()
    await expect(student.find("#text")).to_be_focused()
    await student.page.keyboard.type("What does a room cost?")
    await expect(student.find("#text")).to_have_value("What does a room cost?")


async def test_a_conversation_that_is_open_again_on_the_next_page_leaves_the_focus_where_it_is(visit, sites, assistant):
    search = '<input id="search" autofocus>'
    path = sites.publish("/search", head=embed(assistant.url), body=search)
    student = await (await visit()).open()
    await student.go(f"{SCHOOL}{path}")
    await student.find(".message").first.wait_for()
    await student.page.keyboard.type("master")
    await expect(student.page.locator("#search")).to_have_value("master")


async def test_focus_is_seen_on_every_control(visit):
    student = await (await visit()).open()
    await student.find("#text").focus()
    for _ in range(12):
        await student.page.keyboard.press("Tab")
        style = await student.frame.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert style == "solid"


async def test_new_messages_are_read_once_and_the_history_never(visit):
    student = await (await visit()).open()
    spoken = student.find("#announcer p")
    await expect(spoken).to_have_count(0)
    answer = await student.ask("thank you")
    await expect(spoken).to_have_count(1)
    text = await answer.locator(".bubble").inner_text()
    assert (await spoken.inner_text()).startswith(f"Assistant: {text[:20]}")
    assert await student.find("#announcer").get_attribute("aria-live") == "polite"
    assert await student.find("[aria-live]").count() == 1
    await student.page.reload()
    await expect(student.find(".message")).to_have_count(3)
    await expect(spoken).to_have_count(0)


@pytest.mark.parametrize(
    "viewport", [{"width": 320, "height": 568}, {"width": 640, "height": 400}], ids=["320 px", "1280 px at 200 %"]
)
async def test_small_and_enlarged_screens_show_everything(visit, viewport):
    student = await (await visit(viewport=viewport, has_touch=True)).open()
    await student.ask("What does a room in the INSA residences cost?")
    assert await student.overflow() <= 0
    small = await student.frame.evaluate(
        """() => [...document.querySelectorAll("button")].filter((button) => button.checkVisibility())
          .filter((button) => !button.matches("p button, .fold"))
          .map((button) => [button.textContent.trim() || button.id, button.getBoundingClientRect()])
          .filter(([, box]) => box.width < 44 || box.height < 44).map(([name]) => name)"""
    )
    assert small == []
    box = await student.find("#composer").bounding_box()
    assert box["y"] + box["height"] <= viewport["height"]
    assert await student.frame.evaluate("document.querySelector('#log').clientHeight") > 120


async def test_motion_is_reduced_where_it_is_asked_for(visit):
    student = await (await visit(reduced_motion="reduce")).open()
    running = "document.getAnimations().length"
    await student.type("hello")
    assert await student.frame.evaluate(running) == 0
    assert (
        await student.page.evaluate("document.querySelector('welcome-assistant').shadowRoot.getAnimations().length")
        == 0
    )


async def test_forced_colours_keep_what_is_pressed_apart(visit):
    student = await (await visit(forced_colors="active")).open()
    await student.find(".choices button").first.click()
    chosen = student.find(".choices button").first
    await expect(chosen).to_have_attribute("aria-pressed", "true")
    assert await chosen.evaluate("(button) => getComputedStyle(button).outlineStyle") == "solid"
    await student.picture("forced-colours")


async def test_whatever_a_message_holds_stays_text(visit):
    student = await (await visit()).open()
    await student.ask(HOSTILE)
    facts = [{"label": HOSTILE, "value": HOSTILE}]
    sources = [
        {"title": HOSTILE, "url": ADDRESS, "as_of": HOSTILE[:4], "verified_on": None, "sample": True, "stale": True}
    ]
    await student.deliver(
        text=f"{HOSTILE} [click]({ADDRESS}) **{HOSTILE}**\n- {HOSTILE}",
        language='"><script>hacked=1</script>',
        buttons=[{"title": HOSTILE, "choice": HOSTILE}],
        cards=[{"title": HOSTILE, "subtitle": HOSTILE, "facts": facts, "url": ADDRESS}],
        attachments=[
            {"name": HOSTILE, "mime": HOSTILE, "url": ADDRESS},
            {"name": HOSTILE, "mime": "text/html", "url": "data:text/html,<script>hacked=1</script>"},
        ],
        answer={"topic": "institution", "outcome": "answered", "language": "en", "sources": sources},
    )
    item = student.find(".message.assistant").last
    await item.locator(".card").wait_for()
    assert await student.find("#messages").locator("img, script, a[href^='javascript'], a[href^='data']").count() == 0
    assert await item.get_by_text("onerror").count() >= 6
    for place in (student.page, student.frame):
        assert await place.evaluate("window.hacked") is None
