"""Makes a large conversation log for `bench.review`.

The first conversations are made one by one; the database then copies them, each copy later in the year. The indexes
are made afterwards: ten million messages take minutes instead of hours.
"""

import csv
import datetime as dt
import io
import itertools
import json
import random
import time
from collections import Counter

import numpy as np
from sqlalchemy import insert, select, text

from bot.review.account_models import AuditEntry
from bot.review.database import session_scope
from bot.review.log_models import Answer, Conversation, Facet, Message, QuestionVector, Tally
from bot.review.models import Feedback
from bot.topics import TOPICS

BLOCK = 10_000
"""So many conversations are made one by one; the others are copies of them."""
START = dt.datetime(2025, 11, 1, tzinfo=dt.timezone.utc)
YEAR = dt.timedelta(days=365)
OUTCOMES = ("answered",) * 80 + ("not_known",) * 6 + ("clarify",) * 6 + ("fallback",) * 4 + ("small_talk",) * 3 + (
    "handed_over",
)
WORDS = (
    "visa residence permit room rent deposit course semester credits exam bank account transport card insurance health "
    "cvec certificate arrival airport buddy welcome week housing caf visale guarantor contract prefecture validation "
    "chambre loyer cours semestre carte assurance logement inscription campus stage bourse dossier document rendez"
).split()
SELDOM = tuple(f"word{number}" for number in range(400))
"""Each stands in one message of two thousand."""
RARE = "zanzibar"
TAGS = ("visa", "to do", "nice")
SOURCES = tuple(
    {"title": f"Page {number}", "url": f"https://school.example/{number}", "as_of": "2026", "verified_on": "2026-11",
     "sample": False}
    for number in range(40)
)
VECTORS, MEANINGS, DIMENSIONS = 4000, 150, 384


def fill(url, conversations, messages):
    """Make so many conversations, spread over a year."""
    chance = random.Random(1)
    block = min(BLOCK, conversations)
    step = YEAR / conversations
    began = time.monotonic()
    with session_scope(url, writing=True) as session:
        sink = Sink(session)
        sink.drop_indexes()
        tables = {Conversation: [], Message: [], Answer: [], Facet: [], Feedback: []}
        event_id = 0
        for number in range(1, block + 1):
            event_id = _conversation(tables, chance, number, START + step * number, messages, event_id)
        for model, rows in tables.items():
            sink.write(model, rows)
        for copy in range(1, -(-conversations // block)):
            sink.copy(copy * block, copy * event_id, (step * block * copy).total_seconds(), block, event_id)
            if copy % 10 == 0:
                print(f"{(copy + 1) * block} conversations, {time.monotonic() - began:.0f} s", flush=True)
        _tally(sink, conversations, messages, chance)
        _audit(sink, chance)
        print(f"indexes, {time.monotonic() - began:.0f} s", flush=True)
        sink.make_indexes()
        _vectors(session)
        session.commit()
    with session_scope(url, writing=True) as session:
        session.execute(text("ANALYZE"))
        session.commit()
    print(f"filled in {time.monotonic() - began:.0f} s", flush=True)


class Sink:
    """Writes rows in bulk: COPY on PostgreSQL, one statement for many rows on SQLite."""

    def __init__(self, session):
        self.session = session
        self.postgresql = session.get_bind().dialect.name == "postgresql"
        self._made_again = []

    def write(self, model, rows):
        """Write the rows of one table."""
        if not rows:
            return
        if not self.postgresql:
            self.session.execute(insert(model.__table__), rows)
            return
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        for row in rows:
            writer.writerow(["\\N" if value is None else json.dumps(value) if isinstance(value, (dict, list)) else value
                             for value in row.values()])  # fmt: skip
        buffer.seek(0)
        cursor = self.session.connection().connection.cursor()
        columns = ",".join(f'"{name}"' for name in rows[0])
        cursor.copy_expert(f"COPY {model.__tablename__} ({columns}) FROM STDIN WITH CSV NULL '\\N'", buffer)

    def copy(self, numbers, events, seconds, block, block_events):
        """Write the first conversations once more, with other numbers and later."""
        known = {"numbers": numbers, "events": events, "seconds": seconds, "block": block, "last": block_events}
        name = "lpad(to_hex({}), 32, '0')" if self.postgresql else "printf('%032x', {})"
        message = "lpad(({})::text, 18, '0')" if self.postgresql else "printf('%018d', {})"
        if self.postgresql:
            later = "{} + make_interval(secs => :seconds)"
        else:
            later = "strftime('%Y-%m-%d %H:%M:%f', {}, '+' || :seconds || ' seconds') || '000'"
        changed = {
            "number": "number + :numbers", "conversation": "conversation + :numbers",
            "id": name.format("number + :numbers"),
            "event_id": "event_id + :events", "question_id": "question_id + :events",
            "message_id": message.format("CAST(message_id AS bigint) + :events"),
            **{column: later.format(column) for column in ("time", "started_at", "last_activity", "given_at")},
        }  # fmt: skip
        for model, bound in ((Conversation, "number <= :block"), (Message, "event_id <= :last"),
                             (Answer, "event_id <= :last"), (Facet, "conversation <= :block")):  # fmt: skip
            columns = [column.name for column in model.__table__.columns]
            values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
            names = ", ".join(f'"{column}"' for column in columns)
            table = model.__tablename__
            query = f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {bound}"
            self.session.execute(text(query), known)
        # Feedback bears the conversation's name: found by the message it is about.
        self.session.execute(
            text(
                "INSERT INTO feedback (conversation_id, message_id, helpful, comment, given_at) "
                f"SELECT {name.format('m.conversation')}, m.message_id, f.helpful, f.comment, "
                f"{later.format('f.given_at')} FROM feedback f "
                "JOIN message m ON m.event_id = CAST(f.message_id AS bigint) + :events "
                "WHERE CAST(f.message_id AS bigint) <= :last"
            ),
            known,
        )

    def drop_indexes(self):
        """Take away what is made faster at once than row by row."""
        tables = [model.__tablename__ for model in (Conversation, Message, Answer, Facet, Feedback)]
        if not self.postgresql:
            return
        self.session.execute(text("SET LOCAL maintenance_work_mem = '1GB'"))
        self.session.execute(text("SET LOCAL synchronous_commit = off"))
        keys = self.session.execute(
            text("SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
                 "WHERE contype = 'f' AND conrelid::regclass::text = ANY(:tables)"),
            {"tables": tables},
        ).all()  # fmt: skip
        indexes = self.session.execute(
            text("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(:tables) AND indexname NOT IN "
                 "(SELECT conindid::regclass::text FROM pg_constraint WHERE conindid <> 0)"),
            {"tables": tables},
        ).all()  # fmt: skip
        for table, name, definition in keys:
            self.session.execute(text(f"ALTER TABLE {table} DROP CONSTRAINT {name}"))
            self._made_again.append(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
        for name, definition in indexes:
            self.session.execute(text(f"DROP INDEX {name}"))
            self._made_again.insert(0, definition)

    def make_indexes(self):
        """Make what was taken away."""
        for statement in self._made_again:
            self.session.execute(text(statement))


def _conversation(tables, chance, number, began, messages, event_id):
    language, channel = chance.choice(("en", "en", "fr")), chance.choice(("web", "web", "web", "telegram", "whatsapp"))
    facets, lowest, preview = {f"channel:{channel}", f"language:{language}"}, 1.0, ""
    for position in range(messages // 2):
        moment = began + dt.timedelta(minutes=position)
        words = chance.choices(WORDS, k=8)
        words += [chance.choice(SELDOM)] if chance.random() < 0.2 else []
        words += [RARE] if chance.random() < 0.00005 else []
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
                "confidence": confidence, "sources": [chance.choice(SOURCES)] if outcome == "answered" else None,
                "latency": 0.05, "refused": outcome == "clarify" and chance.random() < 0.3,
            }
        )  # fmt: skip
        if chance.random() < 0.03:
            helpful = chance.random() < 0.7
            facets.add(f"feedback:{'helpful' if helpful else 'unhelpful'}")
            tables[Feedback].append(
                {
                    "conversation_id": f"{number:032x}", "message_id": f"{event_id + 2:018d}", "helpful": helpful,
                    "comment": None, "given_at": moment,
                }
            )  # fmt: skip
        facets |= {f"topic:{topic}", f"outcome:{outcome}"}
        event_id += 2
    facets |= {"assignee:", "state:reviewed" if chance.random() < 0.7 else "state:unreviewed"}
    facets |= {"state:unread"} if chance.random() < 0.3 else set()
    facets |= {f"tag:{chance.choice(TAGS)}"} if chance.random() < 0.02 else set()
    facets |= {chance.choice(("state:waiting", "state:in_hand", "state:flagged"))} if chance.random() < 2e-4 else set()
    last = began + dt.timedelta(minutes=messages // 2)
    tables[Conversation].append(
        {
            "number": number, "id": f"{number:032x}", "channel": channel, "language": language, "started_at": began,
            "last_activity": last, "messages": messages, "student_messages": messages // 2 + number % 3,
            "lowest_confidence": lowest, "preview": preview,
        }
    )  # fmt: skip
    tables[Facet] += [{"conversation": number, "facet": facet, "last_activity": last} for facet in sorted(facets)]
    return event_id


def _vectors(session):
    """Give the newest questions without an answer vectors, around as many meanings as a year has."""
    query = (
        select(Answer.question_id)
        .where(Answer.outcome.in_(("fallback", "not_known")))
        .order_by(Answer.event_id.desc())
        .limit(VECTORS)
    )
    chance = np.random.default_rng(1)
    meanings = chance.normal(size=(MEANINGS, DIMENSIONS))
    rows = []
    for event_id in session.execute(query).scalars():
        vector = meanings[chance.integers(MEANINGS)] + 0.6 * chance.normal(size=DIMENSIONS)
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        rows.append({"event_id": event_id, "vector": vector.tobytes()})
    session.execute(insert(QuestionVector.__table__), rows)


def _audit(sink, chance):
    """Make two hundred thousand acts of ten members of staff."""
    acts = ("conversation.reviewed", "conversation.flag", "conversation.note", "sign_in", "conversation.unmask")
    rows = [
        {
            "at": START + YEAR * (number / 200_000), "actor": f"person{number % 10}@school.example",
            "act": chance.choice(acts), "subject": f"{number:032x}", "detail": None,
        }
        for number in range(1, 200_001)
    ]  # fmt: skip
    sink.write(AuditEntry, rows)


def _tally(sink, conversations, messages, chance):
    """Make the figures of each day as the projector would have counted them, roughly."""
    rows, months = [], Counter()
    per_day = max(1, conversations // 365)

    def add(measure, day, hour=0, channel="", language="", topic="", outcome="", count=1):
        rows.append(
            {
                "measure": measure, "day": day, "hour": hour, "channel": channel,
                "language": language, "topic": topic, "outcome": outcome, "count": count,
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
        for topic, language, outcome in itertools.product(TOPICS, ("en", "fr"), set(OUTCOMES)):
            count = chance.randint(1, 50)
            add("answer", day, language=language, topic=topic, outcome=outcome, count=count)
            months[day.replace(day=1), language, topic, outcome] += count
    for (month, language, topic, outcome), count in months.items():
        add("answer_month", month, language=language, topic=topic, outcome=outcome, count=count)
    sink.write(Tally, rows)
