"""How fast the pages of the staff console are over a large log.

    python -m bench.review                                     SQLite, 100,000 conversations of 10 messages
    python -m bench.review --url postgresql://user@/database --conversations 1000000

The database has to be empty or made by this program (then it is used as it is). Figures are milliseconds; the p95 of
each kind of page has to be under 200. The last line is the figures as JSON.
"""

import argparse
import csv
import datetime as dt
import io
import json
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import func, insert, select, text

from bot.review import numbers, unanswered
from bot.review.database import session_scope, upgrade
from bot.review.inbox import InboxFilter, count_facet, find_neighbours, list_conversations, list_facet_values
from bot.review.log_models import Answer, Conversation, Facet, Message, Tally
from bot.review.transcripts import read_transcript
from bot.topics import TOPICS

BATCH = 5000
START = dt.datetime(2025, 9, 1, tzinfo=dt.timezone.utc)
OUTCOMES = ("answered",) * 80 + ("not_known",) * 6 + ("clarify",) * 6 + ("fallback",) * 4 + ("small_talk",) * 3 + (
    "handed_over",
)
WORDS = (
    "visa residence permit room rent deposit course semester credits exam bank account transport card insurance health "
    "cvec certificate arrival airport buddy welcome week housing caf visale guarantor contract prefecture validation "
    "chambre loyer cours semestre carte assurance logement inscription campus stage bourse dossier document rendez"
).split()
RARE = "zanzibar"


class Sink:
    """Writes rows in bulk: COPY on PostgreSQL, one statement for many rows on SQLite."""

    def __init__(self, session):
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"

    def write(self, model, rows):
        if not rows:
            return
        if not self.postgresql:
            self.session.execute(insert(model.__table__), rows)
            return
        names = list(rows[0])
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in rows:
            writer.writerow(["\\N" if value is None else json.dumps(value) if isinstance(value, (dict, list)) else value
                             for value in row.values()])  # fmt: skip
        buffer.seek(0)
        cursor = self.session.connection().connection.cursor()
        cursor.copy_expert(f"COPY {model.__tablename__} ({','.join(names)}) FROM STDIN WITH CSV NULL '\\N'", buffer)


def fill(url, conversations, messages):
    """Make the conversations: half an hour apart at first, as many in a year as are asked for."""
    chance = random.Random(1)
    step = dt.timedelta(days=365) / conversations
    started = time.monotonic()
    event_id = 0
    for first in range(1, conversations + 1, BATCH):
        tables = {Conversation: [], Message: [], Answer: [], Facet: []}
        for number in range(first, min(first + BATCH, conversations + 1)):
            event_id = _conversation(tables, chance, number, START + step * number, messages, event_id)
        with session_scope(url, writing=True) as session:
            sink = Sink(session)
            for model, rows in tables.items():
                sink.write(model, rows)
            session.commit()
        if first % (BATCH * 20) == 1:
            print(f"{first + BATCH - 1} conversations, {time.monotonic() - started:.0f} s", flush=True)
    _tally(url, conversations, messages, chance)
    with session_scope(url, writing=True) as session:
        session.execute(text("ANALYZE"))
        session.commit()


def _conversation(tables, chance, number, began, messages, event_id):
    language, channel = chance.choice(("en", "en", "fr")), chance.choice(("web", "web", "web", "telegram", "whatsapp"))
    facets, lowest, preview = {f"channel:{channel}", f"language:{language}"}, 1.0, ""
    for position in range(messages // 2):
        moment = began + dt.timedelta(minutes=position)
        words = chance.choices(WORDS, k=8) + ([RARE] if chance.random() < 0.0001 else [])
        confidence, topic, outcome = round(chance.random(), 3), chance.choice(TOPICS), chance.choice(OUTCOMES)
        lowest, preview = min(lowest, confidence), " ".join(words)
        intent = f"ask_{topic}"
        for offset, sender, said in ((1, "student", preview), (2, "assistant", " ".join(chance.choices(WORDS, k=25)))):
            tables[Message].append(
                {
                    "event_id": event_id + offset, "conversation": number, "message_id": f"{event_id + offset:018d}",
                    "time": moment, "sender": sender, "text": said, "shown": None,
                    "intent": intent if sender == "student" else None,
                    "confidence": confidence if sender == "student" else None,
                    "details": {"alternatives": [], "entities": []} if sender == "student" else None,
                }
            )  # fmt: skip
        tables[Answer].append(
            {
                "event_id": event_id + 2, "conversation": number, "question_id": event_id + 1, "time": moment,
                "topic": topic, "outcome": outcome, "language": language, "response": "utter_x", "intent": intent,
                "confidence": confidence, "sources": None, "latency": 0.05, "refused": False,
            }
        )  # fmt: skip
        facets |= {f"topic:{topic}", f"outcome:{outcome}"}
        event_id += 2
    facets |= {"assignee:", "state:unread" if chance.random() < 0.3 else "state:reviewed"}
    facets |= {f"tag:{chance.choice(('visa', 'to do', 'nice'))}"} if chance.random() < 0.02 else set()
    last = began + dt.timedelta(minutes=messages // 2)
    tables[Conversation].append(
        {
            "number": number, "id": f"{number:032x}", "channel": channel, "language": language, "started_at": began,
            "last_activity": last, "messages": messages, "student_messages": messages // 2,
            "lowest_confidence": lowest, "preview": preview,
        }
    )  # fmt: skip
    tables[Facet] += [{"conversation": number, "facet": facet, "last_activity": last} for facet in sorted(facets)]
    return event_id


def _tally(url, conversations, messages, chance):
    """Make the figures of each day as the projector would have counted them, roughly."""
    rows, number = [], 0
    per_day = max(1, conversations // 365)

    def add(measure, day, hour=0, channel="", language="", topic="", outcome="", count=1):
        nonlocal number
        number += 1
        rows.append(
            {
                "id": number, "measure": measure, "day": day, "hour": hour, "channel": channel, "language": language,
                "topic": topic, "outcome": outcome, "count": count,
            }
        )  # fmt: skip

    for offset in range(365):
        day = (START + dt.timedelta(days=offset)).date()
        for channel in ("web", "telegram", "whatsapp"):
            add("conversation", day, channel=channel, count=per_day // 3)
            add("student", day, channel=channel, count=per_day // 3)
        for hour in range(24):
            for sender in ("student", "assistant"):
                add("message", day, hour=hour, topic=sender, count=per_day * messages // 48)
        for outcome in set(OUTCOMES):
            add("outcome", day, outcome=outcome, count=per_day)
        for topic in TOPICS:
            for language in ("en", "fr"):
                for outcome in set(OUTCOMES):
                    add("answer", day, language=language, topic=topic, outcome=outcome, count=chance.randint(1, 50))
    with session_scope(url, writing=True) as session:
        Sink(session).write(Tally, rows)
        session.commit()


def kinds(url, chance):
    """Return what is measured: a name and a function that makes one page with a session."""
    with session_scope(url) as session:
        last = session.execute(select(func.max(Conversation.number))).scalar_one()
        newest = session.execute(select(func.max(Conversation.last_activity))).scalar_one()

    def cursor():
        """A place somewhere in the list: pages far back must be as fast as the first."""
        return f"{(newest - dt.timedelta(days=chance.random() * 300)).timestamp():.6f}-{last}"

    def facets(*names):
        return InboxFilter(facets=names)

    def topic():
        return f"topic:{chance.choice(TOPICS)}"

    until = newest.date()
    year = until - dt.timedelta(days=364)
    week = newest - dt.timedelta(days=7)
    return {
        "inbox": lambda session: list_conversations(session, InboxFilter()),
        "inbox, far back": lambda session: list_conversations(session, InboxFilter(), after=cursor()),
        "one filter": lambda session: list_conversations(session, facets(topic()), after=cursor()),
        "three filters": lambda session: list_conversations(
            session, facets(topic(), "outcome:fallback", "language:fr"), after=cursor()
        ),
        "rare filters": lambda session: list_conversations(
            session, facets("tag:to do", "outcome:handed_over", topic())
        ),
        "saved view: not understood this week": lambda session: list_conversations(
            session, InboxFilter(facets=("outcome:fallback",), since=week)
        ),
        "confidence range": lambda session: list_conversations(
            session, InboxFilter(confidence_from=0.3, confidence_to=0.35), after=cursor()
        ),
        "nothing found": lambda session: list_conversations(session, facets("tag:unheard of", topic())),
        "search, frequent word": lambda session: list_conversations(session, InboxFilter(text=chance.choice(WORDS))),
        "search, two words": lambda session: list_conversations(
            session, InboxFilter(text=" ".join(chance.sample(WORDS, 2)))
        ),
        "search, rare word": lambda session: list_conversations(session, InboxFilter(text=RARE)),
        "search, no match": lambda session: list_conversations(session, InboxFilter(text="unheardof")),
        "search and filter": lambda session: list_conversations(
            session, InboxFilter(text=chance.choice(WORDS), facets=(topic(),))
        ),
        "conversation": lambda session: read_transcript(session, f"{chance.randint(1, last):032x}"),
        "previous and next": lambda session: find_neighbours(
            session, facets(topic()), f"{chance.randint(1, last):032x}"
        ),
        "badges and lists of filters": lambda session: (
            count_facet(session, "state:unread"), list_facet_values(session, "tag"), list_facet_values(session, "topic")
        ),
        "questions without an answer": unanswered.list_groups,
        "numbers of a year": lambda session: numbers.read_numbers(session, year, until, step="month"),
    }  # fmt: skip


def measure(url, rounds):
    chance = random.Random(2)
    figures = {}
    for name, page in kinds(url, chance).items():
        times = []
        for _ in range(rounds):
            with session_scope(url) as session:
                began = time.perf_counter()
                page(session)
                times.append((time.perf_counter() - began) * 1000)
        p95 = statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
        figures[name] = {"median_ms": round(statistics.median(times), 1), "p95_ms": round(p95, 1)}
        print("{:40} median {median_ms:7.1f} ms   p95 {p95_ms:7.1f} ms".format(name, **figures[name]), flush=True)
    return figures


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--url", help="review database; without it a SQLite file that is deleted afterwards")
    parser.add_argument("--conversations", type=int, default=100_000)
    parser.add_argument("--messages", type=int, default=10, help="of one conversation")
    parser.add_argument("--rounds", type=int, default=40, help="pages of each kind")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = arguments.url or f"sqlite:///{Path(folder) / 'review.db'}"
        upgrade(url)
        with session_scope(url) as session:
            there = session.execute(select(func.count()).select_from(Conversation)).scalar_one()
        if there == 0:
            fill(url, arguments.conversations, arguments.messages)
            there = arguments.conversations
        figures = measure(url, arguments.rounds)
    slowest = max(figures.values(), key=lambda figure: figure["p95_ms"])["p95_ms"]
    kind = "postgresql" if url.startswith("postgresql") else "sqlite"
    print(json.dumps({"database": kind, "conversations": there, "messages": there * arguments.messages,
                      "slowest_p95_ms": slowest, "pages": figures}))  # fmt: skip
    return 0 if slowest < 200 else 1


if __name__ == "__main__":
    sys.exit(main())
