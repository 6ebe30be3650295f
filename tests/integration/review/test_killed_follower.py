"""The process of the log is killed while conversations go on: afterwards the log holds every message once."""

import os
import signal
import subprocess
import sys
import threading
import time

import pytest
from sqlalchemy import select
from test_projection import expected, rows

from bot.review.database import session_scope
from bot.review.log_models import Position
from bot.settings import PROJECT_ROOT

KILLS = 3


@pytest.fixture
def start_follower(urls, tmp_path):
    started = []
    environment = {
        **os.environ, "VAR_DIR": str(tmp_path), "TRACKER_DATABASE_URL": urls[0], "REVIEW_DATABASE_URL": urls[1],
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }  # fmt: skip

    def start():
        command = [sys.executable, "-m", "bot", "review", "follow"]
        started.append(subprocess.Popen(command, cwd=PROJECT_ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        if process.poll() is None:
            process.terminate()
            process.wait(20)


def position(review_url):
    with session_scope(review_url) as session:
        return session.execute(select(Position.event_id)).scalar() or 0


def wait_until(holds, seconds=60):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "too slow"
        time.sleep(0.02)


def test_the_log_equals_the_tracker_store_after_kills_under_load(store, review_url, start_follower):
    over = threading.Event()

    def talk(name):
        number = 0
        while not over.wait(0.02):  # a hundred turns a second together
            number += 1
            store.turn(f"{name}-{number % 7}", f"question {number}", outcome=("answered", "handed_over")[number % 2])

    students = [threading.Thread(target=talk, args=(name,)) for name in ("a", "b")]
    follower = start_follower()
    try:
        store.turn("first", "hello")
        wait_until(lambda: position(review_url) > 0)
        for student in students:
            student.start()
        for _ in range(KILLS):
            before = position(review_url)
            wait_until(lambda before=before: position(review_url) > before)
            follower.send_signal(signal.SIGKILL)
            follower.wait()
            follower = start_follower()
    finally:
        over.set()
        for student in students:
            student.join()
    last = expected(store)[-1][0]
    wait_until(lambda: position(review_url) >= last)
    assert rows(review_url) == expected(store)
