"""How fast the pages of the staff console are over a large log.

    python -m bench.review                                     SQLite, 100,000 conversations of 10 messages
    python -m bench.review --url postgresql://user@/database --conversations 1000000

The database has to be empty or made by this program (then it is used as it is). Each page is asked for as a browser
does, signed in, and timed until its last byte. Figures are milliseconds; the p95 of each kind of page has to be under
200. "Processor" is the time that it takes of one processor, which says more where other programs run. The last line is
the figures as JSON.
"""

import argparse
import asyncio
import datetime as dt
import json
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from sqlalchemy import func, select, text

from bench.review_log import RARE, SELDOM, WORDS, fill
from bot.review.accounts import add_account, find_account
from bot.review.database import session_scope, upgrade
from bot.review.log_models import Conversation
from bot.review.sessions import open_session
from bot.review.unanswered import list_groups
from bot.settings import Settings
from bot.topics import TOPICS
from bot.web.app import create_app

EMAIL = "bench@school.example"
WARM = 3
"""Pages of each kind before those that count: the first ones compile templates and read from the disk."""


def kinds(url, chance):
    """Return what is measured: a name and a function that makes one address of the console."""
    with session_scope(url) as session:
        last = session.execute(select(func.max(Conversation.number))).scalar_one()
        newest = session.execute(select(func.max(Conversation.last_activity))).scalar_one()
        keys = [group.key for group in list_groups(session)[:50]]
    today = newest.date()

    def cursor():
        """A place somewhere in the list: pages far back must be as fast as the first."""
        return f"{(newest - dt.timedelta(days=chance.random() * 300)).timestamp():.6f}-{last}"

    def inbox(**query):
        return lambda: "?" + urlencode({name: value() if callable(value) else value for name, value in query.items()},
                                       doseq=True)  # fmt: skip

    def topic():
        return chance.choice(TOPICS)

    def day(back):
        return (today - dt.timedelta(days=back)).isoformat()

    def talk():
        return f"/conversations/{chance.randint(1, last):032x}?" + urlencode({"view": f"topic={topic()}"})

    numbers = {"from": day(364), "to": day(0)}
    return {
        "inbox": inbox(),
        "inbox, far back": inbox(after=cursor),
        "one filter": inbox(topic=topic, after=cursor),
        "three filters": inbox(topic=topic, outcome="fallback", language="fr", after=cursor),
        "several values of one filter": inbox(outcome=["fallback", "not_known"], after=cursor),
        "several values that are rare": inbox(state=["waiting", "flagged"]),
        "several values of two filters": inbox(state=["waiting", "unread"], feedback=["unhelpful"], language="fr"),
        "rare filters": inbox(tag="to do", outcome="handed_over", topic=topic),
        "waiting for a person": inbox(state="waiting"),
        "saved view: not understood, one week": inbox(**{"outcome": ["fallback", "not_known"], "from": day(7)}),
        "dates": inbox(**{"topic": topic, "from": lambda: day(chance.randint(100, 300)), "to": day(90)}),
        "confidence range": inbox(confidence_from="30", confidence_to="35", after=cursor),
        "confidence that nobody has": inbox(confidence_from="99"),
        "length": inbox(shortest="7", after=cursor),
        "length that nobody has": inbox(shortest="50"),
        "nothing found": inbox(tag="unheard of", topic=topic),
        "search, frequent word": inbox(q=lambda: chance.choice(WORDS)),
        "search, seldom word": inbox(q=lambda: chance.choice(SELDOM)),
        "search, two words": inbox(q=lambda: " ".join(chance.sample(WORDS, 2))),
        "search, frequent and seldom word": inbox(q=lambda: f"{chance.choice(WORDS)} {chance.choice(SELDOM)}"),
        "search, rare word": inbox(q=RARE),
        "search, no match": inbox(q="unheardof"),
        "search, beginning of words": inbox(q="word1"),
        "search and filter": inbox(q=lambda: chance.choice(WORDS), topic=topic),
        "search and rare filter": inbox(q=lambda: chance.choice(WORDS), tag="to do", outcome="handed_over"),
        "search, seldom word, and filter": inbox(q=lambda: chance.choice(SELDOM), topic=topic),
        "conversation": talk,
        "questions without an answer": lambda: "/unanswered",
        "questions of one reason": lambda: "/unanswered?why=unhelpful",
        "group of questions": lambda: f"/unanswered/{chance.choice(keys)}",
        "sources most quoted": lambda: "/quoted",
        "numbers of a year by month": lambda: "/numbers?" + urlencode({"step": "month", **numbers}),
        "numbers of a year by week": lambda: "/numbers?" + urlencode({"step": "week", **numbers}),
        "a plot": lambda: "/numbers/outcomes.svg?" + urlencode({"step": "month", **numbers}),
        "audit": lambda: "/audit",
        "audit of one person": lambda: "/audit?actor=person3@school.example",
        "audit of one rare act": lambda: "/audit?act=account.add",
    }  # fmt: skip


async def measure(settings, rounds, wanted):
    """Ask for pages of each kind; return their times."""
    url = settings.review_database_url
    with session_scope(url, writing=True) as session:
        member = find_account(session, EMAIL) or add_account(
            session, "bench", email=EMAIL, name="Bench", role="admin", password=None
        )
        cookie = open_session(session, member.id)
        session.commit()
    runner = web.AppRunner(create_app(settings))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/staff"
    figures = {}
    async with aiohttp.ClientSession(cookies={"staff_session": cookie}) as client:
        for name, make in kinds(url, random.Random(2)).items():
            if wanted not in name:
                continue
            times, cpu = [], 0.0
            for number in range(-WARM, rounds):
                if number == 0:
                    cpu = processor_seconds(url)
                began = time.perf_counter()
                async with client.get(address + make()) as response:
                    body = await response.read()
                assert response.status == 200, f"{name}: {response.status} {body[:300]!r}"
                if number >= 0:
                    times.append((time.perf_counter() - began) * 1000)
            p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
            cpu = (processor_seconds(url) - cpu) / rounds * 1000
            figures[name] = {
                "median_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1), "processor_ms": round(cpu, 1),
            }  # fmt: skip
            line = "{:40} median {median_ms:7.1f} ms   p95 {p95_ms:7.1f} ms   processor {processor_ms:6.1f} ms"
            print(line.format(name, **figures[name]), flush=True)
    await runner.cleanup()
    return figures


def processor_seconds(url):
    """Return the time that this process and the database's have used: it tells about pages on a busy machine too."""
    used = time.process_time()
    if url.startswith("postgresql"):
        with session_scope(url) as session:
            query = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            pids = list(session.execute(query).scalars())
        for pid in pids:
            try:
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:  # on another machine, or ended meanwhile
                continue
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="review database; without it a SQLite file that is deleted afterwards")
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=10, help="of one conversation")
    parser.add_argument("--rounds", type=int, default=40, help="pages of each kind")
    parser.add_argument("--only", default="", help="kinds of pages whose name holds these words")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{Path(folder) / 'review.db'}"
        upgrade(url)
        with session_scope(url) as session:
            there = session.execute(select(func.count()).select_from(Conversation)).scalar_one()
        if there == 0:
            fill(url, arguments.conversations, arguments.messages)
            there = arguments.conversations
        environment = {"VAR_DIR": folder, "REVIEW_DATABASE_URL": url, "SECRET_KEY": "bench" * 8, "RATE_LIMITS": "off"}
        figures = asyncio.run(measure(Settings.from_environment(environment), arguments.rounds, arguments.only))
    slowest = max(figures.values(), key=lambda figure: figure["p95_ms"])["p95_ms"]
    kind = "postgresql" if url.startswith("postgresql") else "sqlite"
    print(json.dumps({"database": kind, "conversations": there, "messages": there * arguments.messages,
                      "slowest_p95_ms": slowest, "pages": figures}))  # fmt: skip
    return 0 if slowest < 200 else 1


if __name__ == "__main__":
    sys.exit(main())
