"""Ours beside the stock bot of `rasa init`: how long a message takes, how many at once, memory, start, training.

    .venv/bin/python bench/versus_stock.py [--train]

Both run on this machine at the same time and are asked in turn, so that what else the machine does touches both. Ours
is asked as students ask: through the chat API, with Rasa, the action server and the database behind it, and questions
that need facts; the stock bot through its REST channel. The last line is JSON: ratios ours / stock, and figures. The
stock bot and the times of training are kept in var/cache/stock; `--train` measures training again.
"""

import argparse
import asyncio
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence

import aiohttp

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bot.nlu.models import model_path  # noqa: E402
from bot.settings import Settings  # noqa: E402

OUR_QUESTIONS = (
    "How many double degrees do you offer?",
    "Combien coûte une chambre dans les résidences de l'INSA ?",
    "Which courses are taught in English in semester 9 in mechanical engineering?",
    "Until when can I apply for the second semester?",
    "Quand commence le Welcome Programme ?",
)
STOCK_MESSAGES = ("hi", "I am sad", "yes", "great", "are you a bot?")
WARM_UP = 20
LONG_CONVERSATIONS, LAST_TURN = 4, 100
CONVERSATIONS_AT_ONCE, TURNS_AT_ONCE, ROUNDS_AT_ONCE = 8, 10, 5
PROCESSOR_CONVERSATIONS, LOG_SECONDS = 10, 2
START_SECONDS = 240
CACHE = Settings.from_environment().var / "cache" / "stock"
STOCK = CACHE / "bot"
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "SQLALCHEMY_SILENCE_UBER_WARNING": "1"}


# --- processes


class Running:
    """A started program and what it prints."""

    def __init__(self, command: Sequence[str], folder: Path, **environment: str):
        self.started = time.monotonic()
        self.lines: List[Any] = []
        self.process = subprocess.Popen(
            command, cwd=folder, env={**os.environ, **QUIET, **environment}, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), line.rstrip()))

    def moment(self, text: str) -> float:
        """Wait for a line with `text` and return when it was printed."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            for moment, line in list(self.lines):
                if text in line:
                    return moment
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop()
        raise SystemExit("\n".join(line for _, line in self.lines[-20:]) + f"\nNo line with {text!r}: see above.")

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def megabytes(process_id: int) -> float:
    """Return the memory of a process and what it has started: proportional set size, so shared pages count once."""
    total = 0
    for status in Path(f"/proc/{process_id}/task").glob("*/children"):
        total += sum(megabytes(int(child)) for child in status.read_text().split())
    for line in Path(f"/proc/{process_id}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            total += int(line.split()[1]) / 1024
    return total


def processor_seconds(process_id: int) -> float:
    """Return the processor time that a process has used, its threads included."""
    fields = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def run_measured(command: Sequence[str], folder: Path) -> Dict[str, float]:
    """Run a command to its end; return its seconds and the megabytes of its largest process."""
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **QUIET}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{output.decode()}\n{' '.join(command)} failed: see above.")
    return {"seconds": round(time.monotonic() - started, 1), "megabytes": round(usage.ru_maxrss / 1024)}


# --- training


def training(again: bool) -> Dict[str, Dict[str, float]]:
    """Make both models; return what their training took, measured now or earlier on this machine."""
    notes = CACHE / "training.json"
    known = json.loads(notes.read_text()) if notes.is_file() and not again else {}
    if known.get("machine") != machine():
        known = {"machine": machine()}
    ours = model_path().name
    if "stock" not in known or not list(STOCK.glob("models/*.tar.gz")):
        print("Training the stock bot ...", flush=True)
        shutil.rmtree(STOCK, ignore_errors=True)
        CACHE.mkdir(parents=True, exist_ok=True)
        make = "import sys; from rasa.cli.scaffold import create_initial_project; create_initial_project(sys.argv[1])"
        run_measured([sys.executable, "-W", "ignore", "-c", make, str(STOCK)], ROOT)
        known["stock"] = run_measured([sys.executable, "-m", "rasa", "train", "--force"], STOCK)
    if known.get("our model") != ours or not model_path().is_file():
        print("Training ours ...", flush=True)
        known["ours"] = run_measured([sys.executable, "-m", "bot", "model", "train", "--force"], ROOT)
        known["our model"] = ours
    notes.write_text(json.dumps(known))
    return known


def machine() -> str:
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{os.cpu_count()} x {names[0].partition(':')[2].strip() if names else 'processor'}"


# --- the two assistants


class Ours:
    """Our assistant, started as `make run` starts it."""

    messages = OUR_QUESTIONS

    def __init__(self, var: Path):
        self.port = free_port()
        ports = {"PORT": str(self.port), "RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port())}
        (var / "cache").symlink_to(CACHE.parent)  # the sentence embedding, built once per machine
        settings = {name: "" for name in os.environ if name.endswith(("_DATABASE_URL", "SECRET_KEY"))}
        self.program = Running(
            [sys.executable, "-m", "bot", "run"], ROOT, VAR_DIR=str(var), RATE_LIMITS="off", **settings, **ports
        )
        starting = self.program.moment("==> Starting")
        self.startup = self.program.moment("The assistant is ready.") - starting
        self.startup_with_data = time.monotonic() - self.program.started
        self.processes = {name: self._process_id(name) for name in ("rasa", "actions", "web", "log")}

    def _process_id(self, name: str) -> int:
        marks = [line for _, line in self.program.lines if f"{name} started (process " in line]
        return int(marks[-1].partition("(process ")[2].partition(")")[0])

    async def open(self, client: aiohttp.ClientSession) -> str:
        async with client.post(f"http://127.0.0.1:{self.port}/api/conversations", json={"language": None}) as answer:
            return (await answer.json())["token"]

    async def say(self, client: aiohttp.ClientSession, conversation: str, text: str) -> None:
        headers = {"Authorization": f"Bearer {conversation}"}
        url = f"http://127.0.0.1:{self.port}/api/messages"
        async with client.post(url, json={"text": text}, headers=headers) as answer:
            reply = await answer.json()
            if answer.status != 200 or reply["messages"][0]["answer"]["outcome"] != "answered":
                raise SystemExit(f"Ours did not answer {text!r}: {reply}")

    def memory(self) -> float:
        return megabytes(self.processes["rasa"])


class Stock:
    """The stock bot, as `rasa run` starts it."""

    messages = STOCK_MESSAGES

    def __init__(self) -> None:
        self.port = free_port()
        command = [sys.executable, "-m", "rasa", "run", "--interface", "127.0.0.1", "--port", str(self.port)]
        self.program = Running(command, STOCK)
        self.startup = self.program.moment("Rasa server is up and running.") - self.program.started
        self.processes = {"rasa": self.program.process.pid}

    async def open(self, client: aiohttp.ClientSession) -> str:
        return uuid.uuid4().hex

    async def say(self, client: aiohttp.ClientSession, conversation: str, text: str) -> None:
        body = {"sender": conversation, "message": text}
        async with client.post(f"http://127.0.0.1:{self.port}/webhooks/rest/webhook", json=body) as answer:
            reply = await answer.json()
            if answer.status != 200 or (not reply and text != "yes"):
                raise SystemExit(f"The stock bot did not answer {text!r}: {reply}")

    def memory(self) -> float:
        return megabytes(self.program.process.pid)


# --- messages


async def timed(bot: Any, client: aiohttp.ClientSession, conversation: str, turn: int) -> float:
    started = time.perf_counter()
    await bot.say(client, conversation, bot.messages[turn % len(bot.messages)])
    return 1000 * (time.perf_counter() - started)


async def warm_up(bots: Dict[str, Any], client: aiohttp.ClientSession) -> None:
    for number in range(WARM_UP):
        for bot in bots.values():
            await timed(bot, client, await bot.open(client), number)


async def measure_turns(bots: Dict[str, Any], client: aiohttp.ClientSession) -> Dict[str, Dict[str, float]]:
    """Return the milliseconds of the first message and of one around the hundredth turn: the same messages, in turn.

    Beside each message of a long conversation a new one begins: what else the machine does touches both.
    """
    first: Dict[str, List[float]] = {name: [] for name in bots}
    last: Dict[str, List[float]] = {name: [] for name in bots}
    beside = len(OUR_QUESTIONS) // 2
    for number in range(LONG_CONVERSATIONS):
        conversations = {name: await bot.open(client) for name, bot in bots.items()}
        for turn in range(LAST_TURN + beside):
            for name, bot in bots.items():
                if turn < LAST_TURN - beside - 1:
                    await timed(bot, client, conversations[name], turn)
                    continue
                both = [(last[name], conversations[name]), (first[name], await bot.open(client))]
                # The second finds the processor's caches warm: each is the second one as often.
                for times, conversation in both if (number + turn) % 2 else reversed(both):
                    times.append(await timed(bot, client, conversation, turn))
    return {
        "message_turn_1": {name: statistics.median(found) for name, found in first.items()},
        "message_turn_100": {name: statistics.median(found) for name, found in last.items()},
    }


async def measure_throughput(bots: Dict[str, Any], client: aiohttp.ClientSession) -> Dict[str, float]:
    """Return the messages per second with several conversations at once, in the middle one of some rounds."""
    seconds: Dict[str, List[float]] = {name: [] for name in bots}

    async def talk(bot: Any, first: int) -> None:
        conversation = await bot.open(client)
        for turn in range(TURNS_AT_ONCE):
            await timed(bot, client, conversation, first + turn)

    for _ in range(ROUNDS_AT_ONCE):
        for name, bot in bots.items():
            started = time.perf_counter()
            await asyncio.gather(*(talk(bot, first) for first in range(CONVERSATIONS_AT_ONCE)))
            seconds[name].append(time.perf_counter() - started)
    messages = CONVERSATIONS_AT_ONCE * TURNS_AT_ONCE
    return {name: messages / statistics.median(taken) for name, taken in seconds.items()}


async def measure_processor(bots: Dict[str, Any], client: aiohttp.ClientSession) -> Dict[str, Dict[str, float]]:
    """Return the milliseconds of processor time that a message takes in each process, whatever else runs."""
    used: Dict[str, Dict[str, float]] = {}
    for name, bot in bots.items():
        before = {process: processor_seconds(number) for process, number in bot.processes.items()}
        for _ in range(PROCESSOR_CONVERSATIONS):
            conversation = await bot.open(client)
            for turn in range(TURNS_AT_ONCE):
                await bot.say(client, conversation, bot.messages[turn % len(bot.messages)])
        await asyncio.sleep(LOG_SECONDS)  # our log follows
        messages = PROCESSOR_CONVERSATIONS * TURNS_AT_ONCE
        used[name] = {
            process: round(1000 * (processor_seconds(number) - before[process]) / messages, 1)
            for process, number in bot.processes.items()
        }
    return used


async def measure_messages(bots: Dict[str, Any]) -> Dict[str, Any]:
    async with aiohttp.ClientSession(trust_env=False) as client:
        await warm_up(bots, client)
        return {
            **await measure_turns(bots, client),
            "throughput_8": await measure_throughput(bots, client),
            "processor": await measure_processor(bots, client),
        }


# --- report

LINES = (
    ("message_turn_1", "message at turn 1, ms", 0.5),
    ("message_turn_100", "message at turn 100, ms", 0.3),
    ("throughput_8", "messages per second, 8 conversations", 3),
    ("memory", "memory of the Rasa server, MB", 0.7),
    ("startup", "start until ready, s", 0.4),
    ("training", "training, s", 0.25),
)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--train", action="store_true", help="measure the training of both again")
    again = parser.parse_args(arguments).train
    trained = training(again)
    with ExitStack() as stack:
        var = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="versus-stock-")))
        print("Starting both, one after the other ...", flush=True)
        bots: Dict[str, Any] = {}
        for name, make in (("ours", lambda: Ours(var)), ("stock", Stock)):
            bots[name] = make()
            stack.callback(bots[name].program.stop)
        loaded = {name: bot.memory() for name, bot in bots.items()}
        print("Asking both in turn ...", flush=True)
        figures = asyncio.run(measure_messages(bots))
        processor = figures.pop("processor")
        figures["memory"] = {name: bot.memory() for name, bot in bots.items()}
        figures["startup"] = {name: bot.startup for name, bot in bots.items()}
        figures["training"] = {name: trained[name]["seconds"] for name in bots}
        others = {name: megabytes(bots["ours"].processes[name]) for name in ("actions", "web")}
        report(figures)
        growth = {name: figures["message_turn_100"][name] / figures["message_turn_1"][name] - 1 for name in bots}
        print(f"growth from turn 1 to 100: ours {growth['ours']:+.0%}, stock {growth['stock']:+.0%}")
        print(f"processor time of a message, ms: {processor}")
        print(json.dumps({
            **{name: round(both["ours"] / both["stock"], 3) for name, both in figures.items()},
            "growth": {name: round(value, 3) for name, value in growth.items()},
            "figures": {line: {name: round(v, 1) for name, v in both.items()} for line, both in figures.items()},
            "processor_ms_per_message": processor,
            "memory_after_load": {name: round(value) for name, value in loaded.items()},
            "memory_of_our_others": {name: round(value) for name, value in others.items()},
            "training_megabytes": {name: trained[name]["megabytes"] for name in bots},
            "startup_with_data": round(bots["ours"].startup_with_data, 1),
            "machine": machine(),
        }))  # fmt: skip
    return 0


def report(figures: Dict[str, Dict[str, float]]) -> None:
    print(f"\n{'':38}{'ours':>9}{'stock':>9}{'ratio':>8}  wanted")
    for name, title, wanted in LINES:
        ours, stock = figures[name]["ours"], figures[name]["stock"]
        bound = f"{'at least' if name == 'throughput_8' else 'at most'} {wanted}"
        print(f"{title:38}{ours:9.1f}{stock:9.1f}{ours / stock:8.2f}  {bound}")


if __name__ == "__main__":
    sys.exit(main())
