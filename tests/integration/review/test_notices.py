"""Staff are told once by mail who waits; the mail names nobody."""

import asyncio
import contextlib
import time

import pytest
from sqlalchemy import select
from tracker_events import answered, said

from bot.review.database import session_scope
from bot.review.log_models import Handoff
from bot.review.notices import notify_staff
from bot.settings import Settings


@pytest.fixture
def waiting(store, projector, tmp_path, review_url):
    now = time.time()
    for name, age, topic in (("old", 3 * 86400, "contact"), ("new", 60, "contact"), ("urgent", 30, "emergency")):
        wish = {**said("a person! I am Zoe, zoe@example.org"), "timestamp": now - age}
        store.add(name, wish, {**answered("yes", "handed_over", topic), "timestamp": now - age + 1})
    projector.catch_up()

    def settings(**more):
        environment = {"VAR_DIR": str(tmp_path), "REVIEW_DATABASE_URL": review_url, "STAFF_EMAIL": "ri@school.example"}
        return Settings.from_environment({**environment, **more})

    return settings


def test_each_new_wish_is_told_once(waiting):
    sent = []
    settings = waiting(SMTP_URL="smtp://localhost:1", PUBLIC_URL="https://chat.school.example")
    assert notify_staff(settings, sent.append) == 2
    assert notify_staff(settings, sent.append) == 0
    assert "https://chat.school.example/staff/conversations/new" in sent[0].get_content()
    assert sent[0]["To"] == "ri@school.example"
    assert sent[1]["Subject"].startswith("[!]")
    assert not [mail for mail in sent if "zoe" in str(mail).casefold()]


def test_a_mail_server_that_is_away_is_tried_again(waiting, review_url):
    settings = waiting(SMTP_URL="smtp://127.0.0.1:1")
    assert notify_staff(settings) == 0
    with session_scope(review_url) as session:
        assert set(session.execute(select(Handoff.notified_at)).scalars()) == {None}
    assert notify_staff(settings, lambda mail: None) == 2


def test_without_a_mail_server_nothing_is_sent(waiting):
    assert notify_staff(waiting(), lambda mail: pytest.fail("sent")) == 0


async def test_the_mail_goes_through_a_real_conversation_with_a_server(waiting, unused_tcp_port):
    lines = []

    async def serve(reader, writer):
        writer.write(b"220 ready\r\n")
        with contextlib.suppress(ConnectionError):
            while line := (await reader.readline()).decode().rstrip():
                lines.append(line)
                if line.upper() == "DATA":
                    writer.write(b"354 go\r\n")
                    await reader.readuntil(b"\r\n.\r\n")
                writer.write(b"221 bye\r\n" if line.upper() == "QUIT" else b"250 ok\r\n")
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", unused_tcp_port)
    async with server:
        assert await asyncio.to_thread(notify_staff, waiting(SMTP_URL=f"smtp://127.0.0.1:{unused_tcp_port}")) == 2
    assert "rcpt TO:<ri@school.example>" in [line.replace("RCPT", "rcpt") for line in lines]
