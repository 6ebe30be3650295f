"""What follows from new messages: no part of it waits for another, and none ends for good when it fails."""

import threading
import time

import pytest
from tracker_events import answered, said

from bot.review import chores as chores_module
from bot.review.chores import Chores
from bot.settings import Settings


@pytest.fixture
def urls(tmp_path):
    return [f"sqlite:///{tmp_path / name}.db" for name in ("conversations", "review")]


@pytest.fixture
def start(tmp_path, review_url, store, mail_server, monkeypatch):
    monkeypatch.setattr(chores_module, "RETRY_SECONDS", 0.01)
    started = []

    def make(encode):
        environment = {
            "VAR_DIR": str(tmp_path), "REVIEW_DATABASE_URL": review_url, "TRACKER_DATABASE_URL": store.url,
            "SMTP_URL": mail_server.url, "STAFF_EMAIL": "office@school.example",
        }  # fmt: skip
        chores = Chores(Settings.from_environment(environment), encode, lambda _: False)
        started.append(chores)
        chores.start()
        return chores

    yield make
    for chores in started:
        chores.stop()


def ask(store, projector, name, outcome):
    now = time.time()
    store.add(
        name, {**said("a person?"), "timestamp": now}, {**answered("yes", outcome, "contact"), "timestamp": now + 1}
    )
    projector.catch_up()


def test_mails_do_not_wait_for_vectors(start, store, projector, mail_server):
    busy, go_on = threading.Event(), threading.Event()

    def encode():
        busy.set()
        assert go_on.wait(30)
        return lambda questions: [[1.0] for _ in questions]

    ask(store, projector, "unknown", "fallback")
    chores = start(encode)
    assert busy.wait(30)
    ask(store, projector, "one-who-waits", "handed_over")
    chores.call()
    mail = mail_server.wait_for(lambda mail: "one-who-waits" in mail.get_payload(decode=True).decode())
    assert mail["To"] == "office@school.example"
    go_on.set()


def test_what_fails_is_tried_again(start, store, projector):
    tries, done = [], threading.Event()

    def encode():
        tries.append(1)
        if len(tries) < 3:
            raise ValueError("the network is away")
        done.set()
        return lambda questions: [[1.0] for _ in questions]

    ask(store, projector, "unknown", "fallback")
    start(encode)
    assert done.wait(30)
