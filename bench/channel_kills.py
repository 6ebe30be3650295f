"""Processes are killed while students write: is any message lost, answered twice or out of order?

    .venv/bin/python -m bench.channel_kills [--rounds 5] [--rate 2] [--chats 40]

Starts an assistant with Telegram set up, and a server that speaks Telegram's part of the Bot API. Messages come in all
the time; a webhook that is not acknowledged is delivered again, as Telegram does. In each round Rasa, the door and
the action server are killed three times each, which the supervisor repairs, and then everything at once. At the end it
waits until nothing comes any more. An answer that the platform took just before a kill may be sent once more: those are
counted. The last line is JSON.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import re
import signal
import sqlite3
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from itertools import groupby
from pathlib import Path
from typing import Any, Callable, Dict, List, Set

import aiohttp

from bench.channels import READY, SECRET, START_SECONDS, Telegram, free_port, questions_in_log, start_assistant

VICTIMS = ("rasa", "web", "actions") * 3
"""In one round; a fourth crash of one process within five minutes stops the assistant."""
AGAIN_SECONDS = 1.0
QUIET_SECONDS = 90.0
"""What a dead process had reserved is free after a lease and a sweep."""


class Run:
    """The assistant from a start to its end; its output is read all the time, so that the pipe never fills."""

    def __init__(self, var: Path, ports: Dict[str, int], api_port: int) -> None:
        self._process = start_assistant(var, ports, api_port)
        self._text = ""
        self._dead: Set[int] = set()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self._process.stdout:  # type: ignore[union-attr]
            self._text += line

    async def wait_until_ready(self) -> None:
        """Return when all processes work."""
        await self._wait_for(lambda: READY in self._text)

    async def kill(self, name: str) -> None:
        """Kill a process, when it is back after the last time."""
        await self._wait_for(lambda: self._process_id(name) not in self._dead)
        self._dead.add(self._process_id(name))
        os.kill(self._process_id(name), signal.SIGKILL)

    async def kill_all(self) -> None:
        """Kill everything at once, as when the power fails."""
        started = {int(number) for number in re.findall(r"started \(process (\d+)\)", self._text)}
        for process_id in (self._process.pid, *(started - self._dead)):
            with contextlib.suppress(ProcessLookupError):
                os.kill(process_id, signal.SIGKILL)
        await asyncio.to_thread(self._process.wait, 30)

    def stop(self) -> None:
        """Stop it as an operator does."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(60)

    def _process_id(self, name: str) -> int:
        return int(re.findall(rf"{name} started \(process (\d+)\)", self._text)[-1])

    async def _wait_for(self, condition: Callable[[], bool]) -> None:
        end = time.monotonic() + START_SECONDS
        while not condition():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError("The assistant does not run:\n" + self._text[-2000:])
            await asyncio.sleep(0.2)


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--rate", type=float, default=2.0)
    options.add_argument("--chats", type=int, default=40)
    options.add_argument("--pause", type=float, default=6.0, help="seconds between two kills, on average")
    chosen = options.parse_args()
    telegram = Telegram()
    api_port = await telegram.start()
    with tempfile.TemporaryDirectory() as var:
        ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
        figures = await measure(chosen, telegram, lambda: Run(Path(var), ports, api_port), ports["PORT"], Path(var))
    print(json.dumps(figures))


async def measure(
    chosen: argparse.Namespace, telegram: Telegram, start: Callable[[], Run], port: int, var: Path
) -> Dict[str, Any]:
    asked: Dict[str, List[str]] = defaultdict(list)
    killed: Counter = Counter()
    generator = random.Random(11)
    began, run = time.monotonic(), start()
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        try:
            await run.wait_until_ready()
            writing = asyncio.ensure_future(write(session, chosen, port, asked))
            for number in range(chosen.rounds):
                for name in generator.sample(VICTIMS, len(VICTIMS)):
                    await asyncio.sleep(generator.uniform(0.25, 1.75) * chosen.pause)
                    await run.kill(name)
                    killed[name] += 1
                await asyncio.sleep(generator.uniform(0.25, 1.75) * chosen.pause)
                await run.kill_all()
                killed["all"] += 1
                print(
                    f"  round {number + 1} of {chosen.rounds}, {sum(map(len, asked.values()))} messages",
                    file=sys.stderr,
                )
                run = start()
                await run.wait_until_ready()
            writing.cancel()
            await asyncio.gather(writing, return_exceptions=True)
            total = sum(map(len, asked.values()))
            await wait_until_quiet(telegram, total)
        finally:
            run.stop()
    kept = questions_in_log(var / "conversations.db")
    # A turn that found no answer, because a process was dead, is taken again: then its question stands there twice.
    taken = {chat: [text for text, _ in groupby(kept[f"telegram-{chat}"])] for chat in asked}
    answered = answered_in_log(var / "conversations.db")
    sent = {chat: len(telegram.sent[chat]) for chat in asked}
    return {
        "kills": dict(killed), "messages": total, "seconds": round(time.monotonic() - began),
        "lost": sum(len(set(texts) - set(taken[chat])) for chat, texts in asked.items()),
        "without_answer": sum(max(0, len(texts) - sent[chat]) for chat, texts in asked.items()),
        "answered_twice": sum(len(texts) - len(set(texts)) for texts in answered.values()),
        "out_of_order": sum(taken[chat] != texts for chat, texts in asked.items()),
        "sent_once_more": sum(max(0, sent[chat] - len(texts)) for chat, texts in asked.items()),
        "told_to_try_again_later": sum("308" not in text for texts in telegram.sent.values() for text in texts),
    }  # fmt: skip


async def write(
    session: aiohttp.ClientSession, chosen: argparse.Namespace, port: int, asked: Dict[str, List[str]]
) -> None:
    """Deliver messages at the rate, each chat's in order, until cancelled; none is given up."""
    chats = [str(1000 + number) for number in range(chosen.chats)]
    before: Dict[str, asyncio.Future] = {}
    tasks: List[asyncio.Future] = []
    number = 0
    try:
        while True:
            chat = chats[number % len(chats)]
            text = f"Price of a room, question {number}?"
            asked[chat].append(text)
            task = asyncio.ensure_future(deliver(session, port, chat, number, text, before.get(chat)))
            before[chat] = task
            tasks.append(task)
            number += 1
            await asyncio.sleep(1 / chosen.rate)
    finally:
        await asyncio.gather(*tasks)


async def deliver(session: aiohttp.ClientSession, port: int, chat: str, number: int, text: str, before: Any) -> None:
    """Deliver a message until it is acknowledged, after the one before it in the chat."""
    if before is not None:
        await before
    sender = {"id": int(chat), "is_bot": False, "first_name": "Ada", "language_code": "en"}
    message = {"message_id": number, "date": 1, "chat": {"id": int(chat), "type": "private"}, "from": sender}
    body = {"update_id": 1 + number, "message": {**message, "text": text}}
    url = f"http://127.0.0.1:{port}/webhooks/telegram/webhook"
    while True:
        try:
            async with session.post(url, json=body, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as response:
                if response.status == 200:
                    return
        except (aiohttp.ClientError, asyncio.TimeoutError):
            pass
        await asyncio.sleep(AGAIN_SECONDS)


def answered_in_log(path: Path) -> Dict[str, List[str]]:
    """Return the questions of each conversation that the assistant has answered."""
    answered: Dict[str, List[str]] = defaultdict(list)
    asked: Dict[str, str] = {}
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT sender_id, data FROM events WHERE type_name IN ('user', 'bot') ORDER BY id")
        for sender_id, data in rows:
            event = json.loads(data)
            if event["event"] == "user":
                asked[sender_id] = event["text"]
            elif sender_id in asked:
                answered[sender_id].append(asked.pop(sender_id))
    return answered


async def wait_until_quiet(telegram: Telegram, total: int) -> None:
    """Return when everything is answered and some time has passed, or nothing comes any more."""
    since, count = time.monotonic(), telegram.count
    while time.monotonic() - since < (QUIET_SECONDS if telegram.count < total else QUIET_SECONDS / 3):
        await asyncio.sleep(0.5)
        if telegram.count != count:
            since, count = time.monotonic(), telegram.count


if __name__ == "__main__":
    asyncio.run(main())
