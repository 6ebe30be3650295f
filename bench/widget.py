"""How soon the widget can be used on a slow line, as Chromium emulates one.

    .venv/bin/python -m bench.widget [--url http://127.0.0.1:8080] [--runs 5]

Asks a running assistant (`make run`). Nothing is in the browser's cache. Each run tells how long it takes from the last
byte of the host page to the launcher; from the press on the launcher to the first letter typed, once the frame was
loaded in the page's idle time; and the same for who presses at once. The last line is JSON; figures are medians.
"""

import argparse
import asyncio
import json
import shutil
import statistics
import sys
import time
from typing import Any, Dict, List

from playwright.async_api import Browser, async_playwright

SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 ms to and fro, 400 kbit a second: what web performance tools call slow 3G."""
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page of the school</title>
<script src="{url}/widget/loader.js" async></script></head><body><h1>A page of the school</h1></body></html>"""
LAUNCHED = """async () => {
  const find = () => document.querySelector("welcome-assistant")?.shadowRoot.querySelector("button");
  while (!find()) await new Promise(requestAnimationFrame);
  return performance.now() - performance.getEntriesByType("navigation")[0].responseEnd;
}"""


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--url", default="http://127.0.0.1:8080")
    options.add_argument("--runs", type=int, default=5)
    chosen = options.parse_args()
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("chromium is not installed.")
    seen: Dict[str, List[float]] = {"launcher_ms": [], "press_to_letter_ms": [], "press_at_once_to_letter_ms": []}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for _ in range(chosen.runs):
            launched, pressed = await visit(browser, chosen.url, at_once=False)
            seen["launcher_ms"].append(launched)
            seen["press_to_letter_ms"].append(pressed)
            seen["press_at_once_to_letter_ms"].append((await visit(browser, chosen.url, at_once=True))[1])
        await browser.close()
    print(json.dumps({"runs": chosen.runs, **{name: round(statistics.median(all_)) for name, all_ in seen.items()}}))


async def visit(browser: Browser, url: str, *, at_once: bool) -> Any:
    """Return the milliseconds to the launcher, and from the press to the first letter."""
    context = await browser.new_context()
    page = await context.new_page()
    host = f"{url}/host"  # of the assistant's own origin, so that one set of conditions holds for all

    async def show_host(route: Any) -> None:
        await route.fulfill(body=PAGE.format(url=url), content_type="text/html")

    await page.route(host, show_host)
    line = await context.new_cdp_session(page)
    await line.send("Network.enable")
    await line.send("Network.emulateNetworkConditions", SLOW_3G)
    await page.goto(host, wait_until="commit")
    launched = await page.evaluate(LAUNCHED)
    if not at_once:
        await page.evaluate("new Promise((ready) => WelcomeAssistant.on('ready', ready))")  # loads by itself when idle
    started = time.perf_counter()
    await page.locator("welcome-assistant button").click()
    await page.frame_locator("welcome-assistant iframe").locator("#text").fill("h")
    pressed = (time.perf_counter() - started) * 1000
    await context.close()
    return launched, pressed


if __name__ == "__main__":
    asyncio.run(main())
