"""How soon a message that a student sends stands in the staff console, on a page that is open already.

    .venv/bin/python -m bench.console_delay --email ada@school.example --password "..." [--url http://127.0.0.1:8080]

Asks a running assistant, which has to keep an account of the staff. A browser has a conversation open in the console;
the student of this conversation writes at moments by chance, while others (`--students`) write too. The delay counts
from the moment that the student has the answer. "Log" is when the log has the message, "page" is when a member of staff
sees it. Both have to be under 2 seconds. Milliseconds; the last line is JSON.
"""

import argparse
import json
import random
import statistics
import sys
import threading
import time

import requests
from playwright.sync_api import sync_playwright

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LONGEST = 2000
SEES = "words => document.querySelector('.transcript').textContent.includes(words)"


class Student:
    """One conversation."""

    def __init__(self, url):
        self._url = url
        opened = requests.post(f"{url}/api/conversations", json={"language": "en"}, timeout=60).json()
        self.id = opened["conversation_id"]
        self._headers = {"Authorization": f"Bearer {opened['token']}"}

    def say(self, text):
        """Send a message and wait for the answer."""
        response = requests.post(
            f"{self._url}/api/messages", json={"text": text}, headers=self._headers, timeout=60
        )
        response.raise_for_status()


def write_on(url, over):
    """Be one of the other students."""
    while not over.is_set():
        student = Student(url)
        for text in ("What does a room cost?", "and in French please", "What is the CVEC?"):
            student.say(text)
            over.wait(1)


def open_console(browser, url, email, password, conversation):
    """Sign in and open the conversation, once it is there; return the page."""
    page = browser.new_context(locale="en-GB").new_page()
    page.goto(f"{url}/staff/conversations/{conversation}")
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/conversations/*")
    while not page.locator(".transcript").count():
        page.wait_for_timeout(200)
        page.reload()
    return page


def measure(page, student, url, rounds):
    """Return the delays of so many messages, to the log and to the page."""
    to_log, to_page = [], []
    cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
    news = f"{url}/staff/news?conversation={student.id}"
    for number in range(rounds):
        page.wait_for_timeout(1000 * random.random())
        words = f"What does room number {number} cost?"
        before = requests.get(news, cookies=cookies, timeout=10).json()["talk"]
        student.say(words)
        began = time.perf_counter()
        while requests.get(news, cookies=cookies, timeout=10).json()["talk"] == before:
            time.sleep(0.01)
        to_log.append((time.perf_counter() - began) * 1000)
        page.wait_for_function(SEES, arg=words, timeout=60_000)
        to_page.append((time.perf_counter() - began) * 1000)
    return {"log": to_log, "page": to_page}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--students", type=int, default=3, help="others who write meanwhile")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    arguments = parser.parse_args()
    over = threading.Event()
    others = [threading.Thread(target=write_on, args=(arguments.url, over)) for _ in range(arguments.students)]
    student = Student(arguments.url)
    student.say("hello")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=ARGUMENTS)
        page = open_console(browser, arguments.url, arguments.email, arguments.password, student.id)
        for other in others:
            other.start()
        try:
            delays = measure(page, student, arguments.url, arguments.rounds)
        finally:
            over.set()
            for other in others:
                other.join()
            browser.close()
    figures = {}
    for name, times in delays.items():
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        figures[name] = {"median_ms": round(median), "p95_ms": round(p95), "max_ms": round(max(times))}
        print(f"{name:5} median {median:6.0f} ms   p95 {p95:6.0f} ms   longest {max(times):6.0f} ms")
    print(json.dumps({"rounds": arguments.rounds, "students": arguments.students, "delays": figures}))
    return 0 if figures["page"]["p95_ms"] < LONGEST else 1


if __name__ == "__main__":
    sys.exit(main())
