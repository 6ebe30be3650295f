"""The chat page in a browser, before a fake Rasa server."""

from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestServer

from bot.settings import Settings
from bot.web.app import create_app
from tests.unit.web.fake_rasa import FakeRasa

pytestmark = pytest.mark.slow
SECRET = "a secret of the tests, long enough"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HOSTILE = (
    '<img src=x onerror="document.title=1"> [x](javascript:alert(1)) **bold** https://a.example/b?c=d. a@b.example'
)


@pytest.fixture
async def rasa():
    return FakeRasa(SECRET)


@pytest.fixture
async def door(rasa, tmp_path):
    rasa_server = TestServer(rasa.app())
    await rasa_server.start_server()
    environment = {"VAR_DIR": str(tmp_path), "SECRET_KEY": SECRET, "RASA_PORT": str(rasa_server.port)}
    server = TestServer(create_app(Settings.from_environment(environment)))
    await server.start_server()
    yield server
    await server.close()
    await rasa_server.close()


@pytest.fixture
async def page(door, program):
    from playwright.async_api import async_playwright

    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program("chromium"), args=ARGUMENTS)
        context = await browser.new_context(locale="en-GB", viewport={"width": 360, "height": 740})
        page = await context.new_page()
        page.set_default_timeout(8000)
        faults, requested = [], []
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda request: requested.append(request.url))
        page.faults = faults
        await page.goto(str(door.make_url("/")))
        await page.wait_for_selector(".choices button")
        yield page
        assert {urlsplit(url).port for url in requested} == {door.port}
        await browser.close()


async def ask(page, text):
    await page.fill("#text", text)
    await page.keyboard.press("Enter")
    await page.locator(".bubble").get_by_text(f"Echo: {text[:12]}").last.wait_for()


async def texts(page):
    return await page.locator(".bubble").all_inner_texts()


async def test_asking_choosing_and_coming_back(page):
    await ask(page, "Is there a room?")
    await page.get_by_role("button", name="Housing").click()
    await page.locator(".bubble").get_by_text("Echo: Housing").wait_for()
    said = ["Hello", "Is there a room?", "Echo: Is there a room?", "Housing", "Echo: Housing"]
    assert await texts(page) == said
    await page.reload()
    await page.locator(".bubble").get_by_text("Echo: Housing").wait_for()
    assert await texts(page) == said
    assert page.faults == []


async def test_answers_are_text_whatever_they_hold(page):
    await ask(page, HOSTILE)
    answer = page.locator(".assistant .bubble").last
    assert await answer.locator("img").count() == 0
    assert await answer.locator("strong").all_inner_texts() == ["bold"]
    links = [await link.get_attribute("href") for link in await answer.locator("a").all()]
    assert links == ["https://a.example/b?c=d", "mailto:a@b.example"]
    assert await page.locator(".student .bubble").last.inner_text() == HOSTILE
    assert page.faults == []


async def test_what_another_tab_says_arrives_once(page, door):
    other = await page.context.new_page()
    await other.goto(str(door.make_url("/")))
    await other.get_by_text("Hello").wait_for()
    await ask(page, "from the first tab")
    await other.locator(".bubble").get_by_text("Echo: from the first tab").wait_for()
    assert await texts(other) == await texts(page) == ["Hello", "from the first tab", "Echo: from the first tab"]


async def test_a_failed_message_can_be_sent_again(page, rasa):
    rasa.fails_with = 503
    rasa.fails_with = 400
    await page.fill("#text", "hi")
    await page.keyboard.press("Enter")
    await page.locator(".failed").get_by_text("Not delivered").wait_for()
    rasa.fails_with = None
    await page.get_by_role("button", name="Try again").click()
    await page.get_by_text("Echo: hi").first.wait_for()
    assert await texts(page) == ["Hello", "hi", "Echo: hi"]


async def test_switching_the_language_switches_page_and_conversation(page, rasa):
    async with page.expect_response("**/api/conversations"):
        await page.get_by_role("button", name="FR", exact=True).click()
    await page.get_by_placeholder("Posez votre question").wait_for()
    await page.wait_for_selector(".choices button")
    assert rasa.received[-1] == {"language": "fr"}
    assert len(rasa.conversations) == 1
    await ask(page, "bonjour")
    await page.get_by_role("button", name="EN", exact=True).click()
    await page.locator(".bubble").get_by_text("Echo: In English, please").wait_for()
    assert await page.locator("html").get_attribute("lang") == "en"


async def test_erasing_begins_anew(page, rasa):
    await ask(page, "my secret")
    (before,) = rasa.conversations
    await page.get_by_role("button", name="Menu").click()
    await page.get_by_role("button", name="Erase my conversation").click()
    await page.get_by_role("button", name="Erase", exact=True).click()
    await page.get_by_text("my secret").first.wait_for(state="detached")
    await page.locator(".bubble").get_by_text("Hello").wait_for()
    assert before not in rasa.conversations
    assert await texts(page) == ["Hello"]


async def test_everything_can_be_done_by_keyboard(page):
    await page.locator(".choices button").first.focus()
    await page.keyboard.press("Enter")
    await page.get_by_text("Echo: Housing").first.wait_for()
    reached = set()
    await page.locator("#text").focus()
    for _ in range(14):
        await page.keyboard.press("Shift+Tab")
        reached.add(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))
    assert {"FR", "menu-button", "log", "notice-more", "Housing"} <= reached


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/docs", "/nowhere", "/demo"])
async def test_pages_break_no_rule_of_accessibility_and_fit_the_narrowest_screen(page, door, scheme, path):
    from axe_playwright_python.async_playwright import Axe

    await page.emulate_media(color_scheme=scheme)
    if path == "/":
        await ask(page, "Is there a room?")
    else:
        await page.goto(str(door.make_url(path)))
        await page.wait_for_load_state("load")
    found = await Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert await page.evaluate("document.documentElement.scrollWidth") <= 360
