"""The widget on other people's pages, and who may not have it there."""

import asyncio
import json
import re

import pytest
from playwright.async_api import Error, expect

from tests.browser.host_sites import SCHOOL, STRANGER, embed
from tests.browser.visits import new_tab

pytestmark = pytest.mark.asyncio(loop_scope="session")

HOSTILE_STYLE = """<style>
html > *, body * { display: none !important; all: unset !important; position: static !important;
    visibility: hidden !important; opacity: 0 !important; font-size: 1px !important;
    transform: scale(0) !important; pointer-events: none !important; }
body, main, h1 { display: block !important; }
welcome-assistant, iframe, dialog, button { width: 3px !important; z-index: -9 !important; color: lime !important; }
</style>"""


async def test_a_host_with_a_strict_policy_needs_no_exception_but_the_assistant(visit, sites, assistant):
    policy = f"default-src 'none'; script-src {assistant.url}; frame-src {assistant.url}"
    path = sites.publish("/strict", head=embed(assistant.url), Content_Security_Policy=policy)
    student = await (await visit(f"{SCHOOL}{path}")).open()
    await student.ask("hello")
    box = await student.launcher.bounding_box()
    assert box["height"] >= 44


async def test_hostile_styles_of_the_host_do_not_reach_it(visit, sites, assistant):
    path = sites.publish("/hostile", head=embed(assistant.url) + HOSTILE_STYLE)
    student = await (await visit(f"{SCHOOL}{path}")).open()
    await student.ask("hello")
    box = await student.page.locator("welcome-assistant iframe").bounding_box()
    assert box["width"] > 380
    assert box["height"] > 500


async def test_two_embeds_make_one_widget(visit, sites, assistant):
    path = sites.publish("/twice", head=embed(assistant.url) * 2, body=embed(assistant.url, language="fr"))
    student = await (await visit(f"{SCHOOL}{path}")).open()
    assert await student.page.locator("welcome-assistant").count() == 1
    assert sum("/widget/frame" in frame.url for frame in student.page.frames) == 1


async def test_the_host_speaks_to_it_through_one_object(visit, school):
    student = await visit()
    page = student.page
    await page.evaluate(
        """() => { window.heard = [];
          for (const type of ["open", "close", "message", "language", "unread", "ready"])
            WelcomeAssistant.on(type, (detail) => heard.push([type, detail ?? null])); }"""
    )
    assert (
        await page.evaluate("Object.keys(WelcomeAssistant).sort().join()") == "close,on,open,reset,setLanguage,toggle"
    )
    await page.evaluate("WelcomeAssistant.open()")
    await student.find(".message").first.wait_for()
    await page.evaluate("WelcomeAssistant.setLanguage('fr')")
    await expect(student.find(".message.assistant .bubble")).to_contain_text("Bonjour")
    await student.ask("bonjour")
    before = await student.token()
    await page.evaluate("WelcomeAssistant.reset()")
    await expect(student.find(".student")).to_have_count(0)
    await expect(student.find(".message.assistant")).to_have_count(1)
    assert await student.token() != before
    await page.evaluate("WelcomeAssistant.toggle()")
    await expect(student.page.locator("welcome-assistant dialog")).to_be_hidden()
    heard = [type for type, _ in await page.evaluate("heard")]
    assert {"open", "close", "message", "language"} <= set(heard)
    for wrong in ("WelcomeAssistant.setLanguage('xx')", "WelcomeAssistant.on('open', 1)"):
        with pytest.raises(Error, match="WelcomeAssistant"):
            await page.evaluate(wrong)


@pytest.mark.parametrize("accent", ["#ffe600", "#111111", "rebeccapurple", "nonsense"])
async def test_any_accent_colour_of_the_host_stays_readable(visit, sites, assistant, accent):
    path = sites.publish("/accent", head=embed(assistant.url, accent=accent, logo="/logo.png"))
    student = await (await visit(f"{SCHOOL}{path}", color_scheme="dark" if accent == "#111111" else "light")).open()
    await student.ask("hello")
    await student.check_accessible(accent)
    await expect(student.find("#logo")).to_have_attribute("src", re.compile("icon.svg"))  # the host's logo is missing


async def test_another_origin_may_not_show_it(browser, sites, assistant):
    path = sites.publish(
        "/framed", head=embed(assistant.url), body=f'<iframe src="{assistant.url}/widget/frame"></iframe>'
    )
    context = await browser.new_context()
    page = await context.new_page()
    refused, both = [], asyncio.Event()

    def hear(message):
        if message.type == "error" and "frame-ancestors" in message.text:
            refused.append(message.text)
        if len(refused) == 2:
            both.set()

    page.on("console", hear)
    await page.goto(f"{STRANGER}{path}")
    await page.wait_for_function("document.querySelector('welcome-assistant').shadowRoot.querySelector('iframe')")
    await asyncio.wait_for(both.wait(), 15)
    assert not [frame for frame in page.frames if "chat" in await frame.title()]
    await context.close()


async def test_messages_of_another_origin_are_not_heard(visit, sites, assistant):
    student = await (await visit()).open()
    order = json.dumps({"assistant": 1, "type": "reset"})
    before = await student.token()
    # From a page of a stranger, opened by the student's own page: it holds a handle on the frame.
    path = sites.publish(
        "/attacker",
        body=f"<script>opener.postMessage({order}, '*');"
        f"for (let n = 0; n < opener.length; n += 1) opener[n].postMessage({order}, '*');"
        "document.title = 'posted';</script>",
    )
    async with student.page.context.expect_page() as opening:
        await student.page.evaluate(f"window.open('{STRANGER}{path}')")
    attacker = await opening.value
    await attacker.wait_for_function("document.title === 'posted'")
    await attacker.close()
    # From the host's own window to itself, as an injected advertisement would.
    await student.page.evaluate("window.postMessage({ assistant: 1, type: 'close' }, '*')")
    await student.ask("hello")
    assert await student.token() == before
    await expect(student.page.locator("welcome-assistant dialog")).to_be_visible()


async def test_the_frame_speaks_only_to_the_host_it_was_given(browser, sites, assistant):
    heard = "<script>window.heard = []; addEventListener('message', (event) => heard.push(event.data));</script>"
    frame = f'<iframe src="{assistant.url}/widget/frame#host={STRANGER}&language=en"></iframe>'
    path = sites.publish("/mistaken", head=heard, body=frame)
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{SCHOOL}{path}")
    await page.frame_locator("iframe").locator("#text").wait_for()
    await page.frames[-1].evaluate("import('/static/chat/host.js')")
    assert await page.evaluate("heard") == []
    await context.close()


@pytest.mark.parametrize("width", [1280, 768, 360, 320])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_the_demonstration_looks_as_it_should(visit, assistant, width, scheme):
    language = "fr-FR" if width in (360, 768) else "en-GB"
    options = {"viewport": {"width": width, "height": 800 if width > 400 else 640}, "color_scheme": scheme}
    student = await visit(f"{assistant.url}/demo", locale=language, has_touch=width < 700, **options)
    await student.picture(f"demo-{width}-{scheme}-closed")
    await student.open()
    await student.picture(f"demo-{width}-{scheme}-open")
    await student.ask("Combien coûte une chambre ?" if language == "fr-FR" else "What does a room cost?")
    await student.picture(f"demo-{width}-{scheme}-answer")
    assert await student.overflow() <= 0
    box = await student.page.locator("welcome-assistant iframe").bounding_box()
    assert (box["width"] == width) == (width <= 600)


async def test_a_second_tab_follows_when_the_first_is_closed(visit, school):
    student = await (await visit()).open()
    other = await (await new_tab(student.page.context, student.assistant, school)).open()
    await student.page.bring_to_front()
    await student.page.close()
    await other.deliver(sender="staff", text="Still here?")
    await other.find(".staff").get_by_text("Still here?").wait_for()
