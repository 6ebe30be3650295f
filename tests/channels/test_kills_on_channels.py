"""The assistant is killed at each step between webhook and platform: nothing is lost, no question is answered twice."""

import asyncio
import multiprocessing
import os
import signal
import time

import payloads as sent_by
import pytest
import requests
from assistant import free_port
from small_assistant import SECRET, Messaging

pytestmark = pytest.mark.slow
CHAT = 990001
STEPS = {
    # What the assistant is killed after (or before), and how often the platform gets the answer.
    "kept, not acknowledged": ("bot.messaging.store.ChannelStore", "take", "after", 1),
    "taken up": ("bot.messaging.store.ChannelStore", "next_update", "after", 1),
    "answered by Rasa, not marked": ("bot.messaging.store.ChannelStore", "finish", "before", 1),
    "marked, not sent": ("bot.messaging.store.ChannelStore", "finish", "after", 1),
    "reserved for sending": ("bot.messaging.store.ChannelStore", "claim", "after", 1),
    # No platform takes an id of ours with a message, so this one cannot be told from one that never arrived.
    "sent, not noted": ("bot.messaging.store.ChannelStore", "drop", "before", 2),
}


@pytest.fixture(scope="module")
def spawn():
    """Return a function that runs an assistant in a process of its own, which dies at the given step."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["small_assistant", "rasa.core.agent", "bot.channels.web", "bot.web.app"])
    running = []

    def start(model, settings, step):
        ports = free_port(), free_port()
        ready = context.Event()
        process = context.Process(target=run_assistant, args=(model, settings, ports, step, ready), daemon=True)
        process.start()
        running.append(process)
        assert ready.wait(120), "the assistant did not start"
        return process, f"http://127.0.0.1:{ports[1]}/webhooks/telegram/webhook"

    yield start
    for process in running:
        process.kill()
        process.join()


def run_assistant(model, settings, ports, step, ready):
    """Serve until killed; nothing is tidied up, as in a crash."""
    from bot.channels import desk
    from bot.messaging import store

    desk.SWEEP_SECONDS = desk.SETTLE_SECONDS = 0.05
    store.LEASE_SECONDS = 0.5
    if step:
        die_at(*step)
    given = iter(ports)

    async def serve():
        messaging = Messaging(model, settings, lambda: next(given))
        await messaging.start()
        ready.set()
        await asyncio.Event().wait()

    asyncio.run(serve())


def die_at(place, name, when):
    from importlib import import_module

    module, _, holder = place.rpartition(".")
    owner = getattr(import_module(module), holder)
    act = getattr(owner, name)

    def act_and_die(*arguments, **named):
        found = act(*arguments, **named) if when == "after" else None
        if when == "before" or found is not None or name == "finish":
            os.kill(os.getpid(), signal.SIGKILL)
        return found

    setattr(owner, name, act_and_die)


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_loses_nothing_and_answers_nothing_twice(step, spawn, small_model, platforms, tmp_path):
    *where, sent = STEPS[step]
    settings = {"VAR_DIR": str(tmp_path), "SECRET_KEY": SECRET, **platforms.settings}
    chat = CHAT + list(STEPS).index(step)
    price, greeting = sent_by.telegram_text(chat, "price"), sent_by.telegram_text(chat, "hello there")
    victim, url = spawn(small_model, settings, where)
    acknowledged = deliver(url, price)
    victim.join(30)
    assert victim.exitcode == -signal.SIGKILL
    assert acknowledged == (step != "kept, not acknowledged")
    _, url = spawn(small_model, settings, None)
    if not acknowledged:
        assert deliver(url, price)  # the platform tries again
    assert deliver(url, greeting)
    platforms.wait_for(lambda: len(platforms.sent_to(str(chat))) > sent)
    assert ["308" in call.text for call in platforms.sent_to(str(chat))] == [True] * sent + [False]
    assert questions(tmp_path / "conversations.db", f"telegram-{chat}") == ["price", "hello there"]


def deliver(url, webhook):
    """Return whether the call was acknowledged."""
    try:
        return requests.post(url, data=webhook.body, headers=webhook.headers, timeout=20).status_code == 200
    except requests.ConnectionError:
        return False


def questions(path, conversation_id):
    import json
    import sqlite3

    query = "SELECT data FROM events WHERE type_name = 'user' AND sender_id = ? ORDER BY id"
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with sqlite3.connect(path, timeout=20) as connection:
            told = [json.loads(data)["text"] for (data,) in connection.execute(query, (conversation_id,))]
        if len(told) >= 2:
            return told
    return told
