"""Conversations as Rasa keeps them."""

import itertools
import json

from sqlalchemy import Column, Float, Integer, MetaData, String, Table, Text, create_engine, delete, insert

from bot.channels.messages import messages_of


def shown(event):
    return next(iter(messages_of([event])), None)


class TrackerStore:
    """Rasa's table, written to as Rasa's tracker store does."""

    def __init__(self, url):
        self.url = url
        self.engine = create_engine(url, future=True)
        # Of plain SQL types: on SQLite the ids of erased rows are given away again, as with Rasa's own table.
        self.events = Table(
            "events", MetaData(),
            Column("id", Integer, primary_key=True), Column("sender_id", String(255), index=True),
            Column("type_name", String(255)), Column("timestamp", Float), Column("intent_name", String(255)),
            Column("action_name", String(255)), Column("data", Text),
        )  # fmt: skip
        self.events.metadata.create_all(self.engine)
        self._time = itertools.count(1_790_000_000)

    def add(self, conversation_id, *events, connection=None):
        rows = []
        for event in events:
            event.setdefault("timestamp", float(next(self._time)))
            rows.append(
                {
                    "sender_id": conversation_id, "type_name": event["event"], "timestamp": event["timestamp"],
                    "data": json.dumps(event),
                }
            )  # fmt: skip
        if connection is not None:
            connection.execute(insert(self.events), rows)
        else:
            with self.engine.begin() as own:
                own.execute(insert(self.events), rows)

    def erase(self, conversation_id):
        with self.engine.begin() as connection:
            connection.execute(delete(self.events).where(self.events.c.sender_id == conversation_id))

    def turn(self, conversation_id, text, answer="308 €", connection=None, **how):
        """Add a question and its answer, with Rasa's bookkeeping between them."""
        self.add(
            conversation_id, {"event": "action", "name": "action_listen"}, said(text, **how),
            {"event": "slot", "name": "language", "value": "en"}, answered(answer, **how), connection=connection,
        )  # fmt: skip


def said(text, intent="ask_price", confidence=0.9, channel="web", choice=None, **_):
    return {
        "event": "user", "text": choice or text, "input_channel": channel,
        "metadata": {"web": "choice", "title": text} if choice else {},
        "parse_data": {
            "intent": {"name": intent, "confidence": confidence},
            "intent_ranking": [{"name": intent, "confidence": confidence}, {"name": "greet", "confidence": 0.05}],
            "entities": [{"entity": "residence", "value": "bougainville"}],
        },
    }  # fmt: skip


def answered(text, outcome="answered", topic="housing_price", language="en", **_):
    answer = {"topic": topic, "outcome": outcome, "language": language, "sources": [{"url": "https://x.example"}]}
    return {
        "event": "bot",
        "text": text,
        "data": {"custom": {"answer": answer}},
        "metadata": {"utter_action": "utter_x"},
    }
