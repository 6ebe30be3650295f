"""One conversation, whatever happens to tabs, pages, the line and the server."""

import asyncio
import os
import signal

import pytest
from playwright.async_api import expect

from tests.browser.visits import new_tab

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("own_site", [True, False], ids=["storage", "storage of frames blocked"])
async def test_the_conversation_goes_on_over_pages_tabs_and_reloads(visit, school, assistant, own_site):
    # The browser of the tests blocks the storage of frames on the school's site, and not on the assistant's own.
    first, second = (f"{assistant.url}/demo",) * 2 if own_site else (school, f"{school}second")
    student = await (await visit(first)).open()
    await student.ask("hello")
    said = await student.texts()
    await student.page.reload()
    await expect(student.find(".bubble")).to_have_count(len(said))
    await student.page.goto(second)
    await expect(student.find(".bubble")).to_have_count(len(said))
    assert await student.texts() == said
    other = await (await new_tab(student.page.context, student.assistant, first)).open()
    await expect(other.find(".bubble")).to_have_count(len(said))
    await other.ask("thank you")
    await expect(student.find(".bubble")).to_have_count(len(said) + 2)
    assert await student.texts() == await other.texts()
    assert [message["text"] for message in await student.history() if message["sender"] == "student"] == [
        "hello",
        "thank you",
    ]


async def test_what_is_typed_without_a_line_is_kept_marked_and_sent_once_on_return(visit):
    student = await (await visit()).open()
    await student.page.context.set_offline(True)
    await expect(student.find("#line")).to_be_visible()
    await student.type("hello")
    await student.type("thank you")
    await expect(student.find(".waiting")).to_have_count(2)
    await expect(student.find(".waiting .state").first).to_contain_text("Not sent yet")
    await student.page.context.set_offline(False)
    await expect(student.find(".message.assistant")).to_have_count(3)
    await expect(student.find(".waiting, .sending")).to_have_count(0)
    await expect(student.find("#line")).to_be_hidden()
    assert await student.said() == ["hello", "thank you"]
    assert [message["sender"] for message in await student.history()] == ["assistant", *("student", "assistant") * 2]


async def test_a_line_that_drops_in_the_middle_of_an_answer_loses_and_doubles_nothing(visit):
    student = await (await visit()).open()
    dropped = asyncio.Event()

    async def drop_once(route):
        if route.request.method == "POST" and not dropped.is_set():
            await route.fetch()  # The assistant answers; the student's browser never sees it.
            dropped.set()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await student.page.context.route("**/api/messages", drop_once)
    await student.type("hello")
    await asyncio.wait_for(dropped.wait(), 15)
    await expect(student.find(".message.assistant")).to_have_count(2)
    await expect(student.find(".waiting, .sending")).to_have_count(0)
    await student.ask("thank you")
    assert await student.said() == ["hello", "thank you"]
    assert [message["text"] for message in await student.history() if message["sender"] == "student"] == [
        "hello",
        "thank you",
    ]


async def test_a_restart_of_the_server_in_mid_conversation_loses_nothing(visit):
    student = await (await visit()).open()
    await student.ask("hello")
    streams = []
    student.page.on("response", lambda answer: streams.append(answer) if "/api/stream" in answer.url else None)
    os.kill(student.assistant.process_id("web"), signal.SIGKILL)
    await student.type("thank you")
    await expect(student.find(".message.assistant")).to_have_count(3, timeout=40_000)
    assert await student.said() == ["hello", "thank you"]
    await expect(student.find(".waiting, .sending")).to_have_count(0)
    # The stream has come back too.
    while not any(answer.ok for answer in streams):
        await asyncio.sleep(0.1)
    await student.staff("take_over")
    await student.find(".message").nth(5).wait_for()
    assert len(await student.history()) == 6


async def test_a_reply_of_the_staff_arrives_by_itself_with_a_badge_on_the_closed_launcher(visit):
    student = await (await visit()).open()
    await student.ask("hello")
    await student.button("Close").click()
    await expect(student.launcher).to_be_focused()
    await student.staff("take_over")
    await student.staff("messages", text="Come to our office on Monday.")
    await expect(student.launcher.locator("b")).to_have_text("2")
    await expect(student.launcher).to_have_accessible_name("Questions? Ask us New messages: 2")
    await student.launcher.click()
    await expect(student.launcher.locator("b")).to_be_hidden()
    staff = student.find(".message.staff")
    await expect(staff).to_contain_text("Come to our office on Monday.")
    await expect(staff.locator(".sender")).to_contain_text("International Relations Office")
    await student.type("Thank you, I come")
    await expect(student.find(".note")).to_contain_text("A person of the International Relations Office reads it")
    await expect(student.find(".sending, .waiting, .failed")).to_have_count(0)
    await student.staff("give_back")
    await student.ask("thank you")
    assert await student.said() == ["hello", "Thank you, I come", "thank you"]


@pytest.mark.parametrize("own_site", [True, False], ids=["storage", "storage of frames blocked"])
async def test_an_erased_conversation_disappears_from_the_other_tabs(visit, school, assistant, own_site):
    address = f"{assistant.url}/demo" if own_site else school
    student = await (await visit(address)).open()
    await student.ask("my secret")
    other = await (await new_tab(student.page.context, student.assistant, address)).open()
    await other.find(".student").wait_for()
    await student.button("Menu").click()
    await student.button("Erase my conversation").click()
    await student.button("Erase").click()
    await expect(other.find(".student")).to_have_count(0)
    await expect(other.find(".message.assistant")).to_have_count(1)
    if own_site:
        assert await other.token() == await student.token()


async def test_where_storage_is_blocked_it_works_and_says_what_is_lost(visit):
    blocked = """for (const name of ["localStorage", "sessionStorage"])
      Object.defineProperty(window, name, { get() { throw new DOMException("blocked", "SecurityError"); } });"""
    student = await (await visit(init_script=blocked)).open()
    await expect(student.find("#unkept")).to_be_visible()
    await student.ask("hello")
    await student.ask("thank you")
    assert await student.said() == ["hello", "thank you"]


async def test_a_conversation_that_is_over_gives_way_to_a_new_one_and_the_message_is_not_lost(visit):
    import requests

    student = await (await visit()).open()
    headers = {"Authorization": f"Bearer {await student.token()}"}
    assert requests.delete(f"{student.assistant.url}/api/conversations/current", headers=headers, timeout=30).ok
    await student.type("hello")
    await expect(student.find(".note")).to_contain_text("The earlier conversation has ended")
    await expect(student.find(".message.assistant")).to_have_count(2)
    assert await student.said() == ["hello"]


async def test_what_the_browser_keeps_expires(visit, assistant):
    student = await (await visit(f"{assistant.url}/demo")).open()
    await student.ask("hello")
    await student.frame.evaluate(
        """() => { for (const key of Object.keys(localStorage)) {
          const kept = JSON.parse(localStorage.getItem(key));
          localStorage.setItem(key, JSON.stringify({ ...kept, until: Date.now() - 1 }));
        } }"""
    )
    await student.page.reload()
    await expect(student.find(".message")).to_have_count(1)
    assert await student.said() == []
