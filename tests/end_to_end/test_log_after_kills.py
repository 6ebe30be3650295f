"""Web, Rasa and the log's process are killed while students write: afterwards the log equals the tracker store."""

import json
import os
import signal
import sqlite3
import threading
import time

import requests
from assistant import Conversation

from bot.channels.messages import messages_of


def test_the_log_equals_the_tracker_store_event_for_event(start_assistant, tmp_path):
    tracker, review = tmp_path / "conversations.db", tmp_path / "review.db"
    running = start_assistant(
        TRACKER_DATABASE_URL=f"sqlite:///{tracker}", REVIEW_DATABASE_URL=f"sqlite:///{review}", RETENTION_MONTHS="0"
    )
    over = threading.Event()

    def write() -> None:
        """Go on whatever happens, with a new conversation where the last one failed."""
        while not over.is_set():
            try:
                conversation = Conversation(running.url, "en")
                for text in ("hello", "What does a room cost?", "asdf qwer"):
                    conversation.post({"text": text})
            except (requests.RequestException, AssertionError):
                over.wait(0.1)

    students = [threading.Thread(target=write) for _ in range(2)]
    for student in students:
        student.start()
    try:
        for name in ("log", "web", "rasa"):
            count = logged(review)
            wait_until(lambda count=count: logged(review) > count + 10)
            os.kill(running.process_id(name), signal.SIGKILL)
            running.wait_for(f"{name} started", times=2)
        running.wait_for("rasa answers.", times=2, seconds=120)
    finally:
        over.set()
        for student in students:
            student.join()
    wait_until(lambda: in_log(review) == in_tracker_store(tracker))
    assert len(in_log(review)) > 30
    assert running.stop() == 0


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "too slow"
        time.sleep(0.1)


def read(path, query):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def logged(review):
    return read(review, "SELECT count(*) FROM message")[0][0]


def in_log(review):
    query = (
        "SELECT event_id, conversation.id, sender, text, intent, confidence "
        "FROM message JOIN conversation ON conversation = number ORDER BY event_id"
    )
    return read(review, query)


def in_tracker_store(tracker):
    seen = []
    for event_id, conversation, data in read(tracker, "SELECT id, sender_id, data FROM events ORDER BY id"):
        event = json.loads(data)
        intent = (event.get("parse_data") or {}).get("intent") or {}
        for message in messages_of([event]):
            understood = (intent.get("name"), intent.get("confidence")) if event["event"] == "user" else (None, None)
            seen.append((event_id, conversation, message["sender"], message["text"], *understood))
    return seen
