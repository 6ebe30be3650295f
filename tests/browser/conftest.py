"""A browser, other people's websites, and visits to them; the assistant is the real one."""

from typing import Any, Callable, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import async_playwright

from tests.browser.host_sites import SCHOOL, STRANGER, HostSites, embed
from tests.browser.visits import Visit, new_tab

LOCAL = "MAP school.example 127.0.0.1:{port}, MAP stranger.example 127.0.0.1:{port}"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # The school's site has TLS; these stand for it.
    f"--unsafely-treat-insecure-origin-as-secure={SCHOOL},{STRANGER}",
]


@pytest.fixture(scope="session")
def sites() -> Iterator[HostSites]:
    served = HostSites()
    yield served
    served.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(program: Callable[[str], str], sites: HostSites) -> Any:
    chromium = program("chromium")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(
            executable_path=chromium, args=[*ARGUMENTS, f"--host-resolver-rules={LOCAL.format(port=sites.port)}"]
        )
        yield launched
        await launched.close()


@pytest.fixture(scope="session")
def school(sites: HostSites, assistant: Any) -> str:
    """The address of a page of the school that embeds the widget; /second is another."""
    for path in ("/", "/second"):
        sites.publish(path, head=embed(assistant.url, language="auto"))
    return f"{SCHOOL}/"


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Any, assistant: Any, school: str) -> Any:
    """Return a function that visits a page in a browser of its own; faults and foreign requests fail the test."""
    contexts, visits = [], []

    async def start(address: str = school, *, init_script: str = "", **options: Any) -> Visit:
        options = {"locale": "en-GB", "viewport": {"width": 1280, "height": 800}, **options}
        context = await browser.new_context(**options)
        contexts.append(context)
        if init_script:
            await context.add_init_script(init_script)
        visits.append(await new_tab(context, assistant))
        return await visits[-1].go(address)

    yield start
    for context in contexts:
        await context.close()
    own = {assistant.url.partition("//")[2], "school.example", "stranger.example", ""}
    for made in visits:
        assert made.asked_hosts <= own, "asked others than the assistant and the host"
        assert made.faults == []
