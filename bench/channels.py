"""Webhooks at full rate: are all acknowledged in time, is none lost or answered twice, is the order kept?

    .venv/bin/python -m bench.channels [--seconds 30] [--rate 200] [--chats 300]

Starts an assistant of its own with Telegram set up, and a server that speaks Telegram's part of the Bot API. Webhooks
go in at the public door at the given rate, each chat's in order, one in twenty delivered twice. Then it waits until
everything is answered. Every message asks for the price of a room in words of its own, so that the log tells which
question was answered when. The last line is JSON.
"""

import argparse
import asyncio
import json
import os
import random
import re
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any, Dict, List

import aiohttp
from aiohttp import web

ROOT = Path(__file__).resolve().parents[1]
TOKEN, SECRET = "4711:token-of-the-bench-0123456789", "secret-of-the-bench"
TIME_OUT_SECONDS = 3.0
"""Slack's, the shortest of all platforms."""
REPEATED = 0.05
READY = "The assistant is ready."
START_SECONDS = 900


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Telegram:
    """Takes what the assistant sends; answers as the Bot API does."""

    def __init__(self) -> None:
        self.sent: Dict[str, List[str]] = defaultdict(list)
        self.count = 0

    async def take(self, request: web.Request) -> web.Response:
        payload = await request.json()
        if request.match_info["method"] == "sendMessage":
            self.sent[str(payload["chat_id"])].append(payload["text"])
            self.count += 1
        return web.json_response({"ok": True, "result": {"message_id": self.count, "date": 1, "chat": {"id": 1}}})

    async def start(self) -> int:
        app = web.Application()
        app.router.add_post("/bot{token}/{method}", self.take)
        runner = web.AppRunner(app)
        await runner.setup()
        port = free_port()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return port


async def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=float, default=30)
    options.add_argument("--rate", type=int, default=200)
    options.add_argument("--chats", type=int, default=300)
    chosen = options.parse_args()
    telegram = Telegram()
    api_port = await telegram.start()
    with tempfile.TemporaryDirectory() as var:
        ports = {name: free_port() for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
        process = start_assistant(Path(var), ports, api_port)
        try:
            processes = await wait_until_ready(process)
            figures = await measure(chosen, telegram, ports["PORT"], Path(var), processes)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(30)
    print(json.dumps(figures))


def start_assistant(var: Path, ports: Dict[str, int], api_port: int) -> subprocess.Popen:
    (ROOT / "var" / "cache").mkdir(parents=True, exist_ok=True)
    if not (var / "cache").exists():
        (var / "cache").symlink_to(ROOT / "var" / "cache")
    environment = {
        **os.environ, **{name: str(port) for name, port in ports.items()}, "VAR_DIR": str(var), "RATE_LIMITS": "off",
        "TELEGRAM_TOKEN": TOKEN, "TELEGRAM_SECRET": SECRET, "TELEGRAM_BOT_NAME": "bench_bot",
        "TELEGRAM_API_URL": f"http://127.0.0.1:{api_port}",
    }  # fmt: skip
    return subprocess.Popen(
        [sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip


async def wait_until_ready(process: subprocess.Popen) -> Dict[str, int]:
    """Return the ids of the processes by name, when all of them work."""
    lines: List[str] = []

    def read() -> None:
        for line in process.stdout:  # type: ignore[union-attr]
            lines.append(line)
            if READY in line:
                return
        raise RuntimeError("The assistant did not start:\n" + "".join(lines[-20:]))

    await asyncio.wait_for(asyncio.to_thread(read), START_SECONDS)
    # What it prints from now on is of no interest, but the pipe must not fill.
    asyncio.get_running_loop().run_in_executor(None, lambda: [None for _ in process.stdout])  # type: ignore[union-attr]
    return {name: int(number) for name, number in re.findall(r"(\w+) started \(process (\d+)\)", "".join(lines))}


def processor_seconds(processes: Dict[str, int]) -> Dict[str, float]:
    """Return the processor time that each process has spent so far."""
    spent = {}
    for name, process_id in processes.items():
        fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
        spent[name] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return spent


async def measure(
    chosen: argparse.Namespace, telegram: Telegram, port: int, var: Path, processes: Dict[str, int]
) -> Dict[str, Any]:
    url = f"http://127.0.0.1:{port}/webhooks/telegram/webhook"
    total = int(chosen.rate * chosen.seconds)
    acknowledged: List[float] = []
    refused: List[int] = []
    asked: Dict[str, List[str]] = defaultdict(list)
    generator = random.Random(7)

    async def post(session: aiohttp.ClientSession, body: Dict[str, Any]) -> None:
        started = time.perf_counter()
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        async with session.post(url, json=body, headers=headers) as response:
            await response.read()
            if response.status != 200:
                refused.append(response.status)
        acknowledged.append(time.perf_counter() - started)

    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as session:
        spent = processor_seconds(processes)
        tasks, began = [], time.perf_counter()
        for number in range(total):
            await asyncio.sleep(max(0.0, began + number / chosen.rate - time.perf_counter()))
            chat = str(1000 + number % chosen.chats)
            text = f"Price of a room, question {number}?"
            asked[chat].append(text)
            sender = {"id": int(chat), "is_bot": False, "first_name": "Ada", "language_code": "en"}
            message = {"message_id": number, "date": 1, "chat": {"id": int(chat), "type": "private"}, "from": sender}
            body = {"update_id": 1 + number, "message": {**message, "text": text}}
            tasks.append(asyncio.ensure_future(post(session, body)))
            if generator.random() < REPEATED:
                tasks.append(asyncio.ensure_future(post(session, body)))
        await asyncio.gather(*tasks)
        sent_in = time.perf_counter() - began
        door_seconds = processor_seconds(processes)["web"] - spent["web"]
    quiet_since, count = time.monotonic(), telegram.count
    while telegram.count < total and time.monotonic() - quiet_since < 60:
        await asyncio.sleep(0.5)
        if telegram.count != count:
            quiet_since, count = time.monotonic(), telegram.count
            print(f"  {count} of {total} answered", file=sys.stderr)
    answered_in = time.perf_counter() - began
    await asyncio.sleep(2)  # for an answer too many
    answering_seconds = processor_seconds(processes)["rasa"] - spent["rasa"]
    kept = questions_in_log(var / "conversations.db")
    slowest = sorted(acknowledged)
    return {
        "webhooks": total, "deliveries": len(acknowledged), "rate": chosen.rate,
        "sent_in_seconds": round(sent_in, 1), "refused": len(refused),
        "acknowledged_ms": {
            "median": round(statistics.median(slowest) * 1000), "p99": round(slowest[int(len(slowest) * 0.99)] * 1000),
            "max": round(slowest[-1] * 1000),
        },
        "processor_ms": {
            "an_acknowledgement": round(door_seconds / len(acknowledged) * 1000, 2),
            "an_answer_in_rasa": round(answering_seconds / total * 1000, 1),
        },
        "later_than_time_out": sum(seconds > TIME_OUT_SECONDS for seconds in acknowledged),
        "lost": sum(len(set(texts) - set(kept[f"telegram-{chat}"])) for chat, texts in asked.items()),
        "answered_twice": sum(len(texts) - len(set(texts)) for texts in kept.values()),
        "out_of_order": sum(kept[f"telegram-{chat}"] != texts for chat, texts in asked.items()),
        "answers": telegram.count,
        "answered_in_seconds": round(answered_in, 1), "answers_per_second": round(telegram.count / answered_in, 1),
    }  # fmt: skip


def questions_in_log(path: Path) -> Dict[str, List[str]]:
    kept: Dict[str, List[str]] = defaultdict(list)
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT sender_id, data FROM events WHERE type_name = 'user' ORDER BY id")
        for sender_id, data in rows:
            kept[sender_id].append(json.loads(data)["text"])
    return kept


if __name__ == "__main__":
    asyncio.run(main())
