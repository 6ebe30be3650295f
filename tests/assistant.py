"""The whole assistant, started as a person starts it, for the tests that talk to it."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Optional

import pytest
import requests

from bot.settings import PROJECT_ROOT

READY = "The assistant is ready."
ALLOWED_ORIGIN = "http://school.example"
TELEGRAM = {
    "TELEGRAM_TOKEN": "4711:token-of-tests-0123456789", "TELEGRAM_SECRET": "secret-of-tests",
    "TELEGRAM_BOT_NAME": "welcome_bot", "TELEGRAM_API_URL": "http://127.0.0.1:9",
}  # fmt: skip
"""A messenger that takes nothing: what comes in is answered, and the answer waits."""
START_SECONDS = 300
"""Enough to train the model first."""


class Conversation:
    """One student's conversation over the chat API."""

    def __init__(self, url: str, language: Optional[str] = None) -> None:
        opened = requests.post(f"{url}/api/conversations", json={"language": language}, timeout=30)
        assert opened.status_code == 201, opened.text
        self.greeting: List[Dict[str, Any]] = opened.json()["messages"]
        self._url = url
        self._headers = {"Authorization": f"Bearer {opened.json()['token']}"}

    def post(self, body: Dict[str, str]) -> requests.Response:
        return requests.post(f"{self._url}/api/messages", json=body, headers=self._headers, timeout=30)

    def say(self, text: str) -> "Reply":
        return self._reply({"text": text})

    def choose(self, choice: str) -> "Reply":
        return self._reply({"choice": choice})

    def _reply(self, body: Dict[str, str]) -> "Reply":
        response = self.post(body)
        assert response.status_code == 200, response.text
        return Reply(response.json()["messages"])


class Reply:
    """What the assistant answers to one message."""

    def __init__(self, messages: List[Dict[str, Any]]) -> None:
        assert messages, "an empty answer"
        self.messages = messages
        self.text = "\n".join(message["text"] for message in messages)
        self.answer = messages[0]["answer"]
        self.outcome = self.answer["outcome"]
        self.topic = self.answer["topic"]
        self.language = self.answer["language"]
        self.sources = [source for message in messages for source in message["answer"]["sources"]]
        self.cards = [card for message in messages for card in message["cards"]]
        self.buttons = [button for message in messages for button in message["buttons"]]

    @property
    def everything(self) -> str:
        """Text, cards and buttons as one string."""
        return "\n".join([self.text, *map(str, self.cards), *(button["title"] for button in self.buttons)])


class Assistant:
    """`python -m bot run` with folders and ports of its own; `root` may be a copy of the project."""

    def __init__(self, var: Path, *options: str, root: Path = PROJECT_ROOT, **settings: str) -> None:
        self.ports = {name: str(free_port()) for name in ("PORT", "RASA_PORT", "ACTIONS_PORT")}
        self.url = f"http://127.0.0.1:{self.ports['PORT']}"
        self.var = var
        self.lines: List[str] = []
        environment = {name: value for name, value in os.environ.items() if not name.endswith("_DATABASE_URL")}
        environment.update(self.ports, VAR_DIR=str(var), RATE_LIMITS="off", **settings)
        # A session of its own, as in a terminal of its own: signals to the tests do not reach it.
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run", *options], cwd=root, env=environment, start_new_session=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    @property
    def secret(self) -> str:
        return (self.var / "secret.key").read_text(encoding="ascii").strip()

    @property
    def output(self) -> str:
        return "\n".join(self.lines)

    def wait_for(self, text: str, *, times: int = 1, seconds: float = 60) -> None:
        """Return when `text` was printed `times`."""
        end = time.monotonic() + seconds
        while self.output.count(text) < times:
            ended = self.process.poll() is not None
            assert not ended or self.output.count(text) >= times, f"ended without {text!r}:\n{self.output}"
            assert time.monotonic() < end, f"no {text!r} after {seconds} s:\n{self.output}"
            time.sleep(0.1)

    def process_id(self, name: str) -> int:
        """Return the id of the process `name` that was started last."""
        return int(re.findall(rf"{name} started \(process (\d+)\)", self.output)[-1])

    def process_ids(self) -> List[int]:
        return [self.process_id(name) for name in ("rasa", "actions", "web", "log")]

    def stop(self) -> int:
        """Ask it to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise

    def conversation(self, language: Optional[str] = None) -> Conversation:
        return Conversation(self.url, language)

    def ask(self, question: str) -> Reply:
        """Ask in a new conversation, opened in no language."""
        return self.conversation().say(question)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def is_running(process_id: int) -> bool:
    try:
        return Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="session")
def start_assistant(tmp_path_factory) -> Iterator[Callable[..., Assistant]]:
    """Return a function that starts an assistant and waits until it is ready; all are stopped at the end."""
    started = []
    cache = tmp_path_factory.mktemp("cache")

    def start(*options: str, **settings: Any) -> Assistant:
        var = tmp_path_factory.mktemp("var")
        (var / "cache").symlink_to(cache)  # what is built once per machine
        running = Assistant(var, *options, **settings)
        started.append(running)
        running.wait_for(READY, seconds=START_SECONDS)
        return running

    yield start
    for running in started:
        if running.process.poll() is None:
            running.stop()


@pytest.fixture(scope="session")
def assistant(start_assistant, mail_server) -> Assistant:
    """The assistant that all tests of a session talk to."""
    mail = {"SMTP_URL": mail_server.url, "STAFF_EMAIL": "office@school.example"}
    return start_assistant(ALLOWED_ORIGINS=ALLOWED_ORIGIN, **TELEGRAM, **mail)


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The model of the current files, trained if there is none yet."""
    subprocess.run([sys.executable, "-m", "bot", "model", "train"], cwd=PROJECT_ROOT, check=True, timeout=START_SECONDS)
    path = subprocess.run(
        [sys.executable, "-m", "bot", "model", "path"], cwd=PROJECT_ROOT, check=True, capture_output=True, text=True
    )
    return Path(path.stdout.strip())
