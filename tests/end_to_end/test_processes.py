"""What happens when a process dies, a port is taken, or the assistant is told to stop."""

import os
import signal
import subprocess
import sys
import time

import pytest
import requests
from assistant import READY, is_running

from bot.settings import PROJECT_ROOT

QUESTION = "How many double degrees do you offer?"


def test_no_silence_while_rasa_is_away(assistant):
    conversation = assistant.conversation("en")
    restarts = assistant.output.count("rasa answers.")
    os.kill(assistant.process_id("rasa"), signal.SIGKILL)
    assistant.wait_for("rasa died (signal SIGKILL).")
    response = conversation.post({"text": QUESTION})
    assert response.status_code == 503
    assert response.json()["error"]["message"]
    assert requests.get(f"{assistant.url}/readyz", timeout=10).status_code == 503
    assert requests.get(f"{assistant.url}/healthz", timeout=10).status_code == 200
    assistant.wait_for("rasa answers.", times=restarts + 1)
    assert "22" in conversation.say(QUESTION).text


@pytest.mark.parametrize("name", ["actions", "web"])
def test_a_killed_process_is_named_and_comes_back(assistant, name):
    conversation = assistant.conversation("en")
    answers = assistant.output.count(f"{name} answers.")
    os.kill(assistant.process_id(name), signal.SIGKILL)
    assistant.wait_for(f"{name} died (signal SIGKILL).")
    assistant.wait_for(f"{name} answers.", times=answers + 1)
    assert "22" in conversation.say(QUESTION).text


def test_without_samples_the_programme_is_not_known_and_term_leaves_no_orphan(start_assistant):
    assistant = start_assistant("--no-samples")
    reply = assistant.ask("When does the Welcome Programme start?")
    assert (reply.topic, reply.outcome) == ("welcome", "not_known")
    assert "@" in reply.text
    processes = assistant.process_ids()
    assert all(map(is_running, processes))
    assert assistant.stop() == 0
    assert not any(map(is_running, processes))


def test_a_second_start_is_quick_and_a_killed_supervisor_leaves_no_orphan(start_assistant):
    began = time.monotonic()
    assistant = start_assistant()
    assert time.monotonic() - began < 60  # facts are loaded anew here; on two idle cores the whole takes under 25 s
    processes = assistant.process_ids()
    assistant.process.kill()
    assistant.process.wait()
    end = time.monotonic() + 10
    while any(map(is_running, processes)) and time.monotonic() < end:
        time.sleep(0.1)
    assert not any(map(is_running, processes))


@pytest.mark.parametrize("variable", ["PORT", "RASA_PORT", "ACTIONS_PORT"])
def test_a_taken_port_is_one_clear_sentence(assistant, tmp_path, variable):
    port = assistant.ports[variable]
    environment = {**os.environ, "PORT": "1024", "RASA_PORT": "1025", "ACTIONS_PORT": "1026", "VAR_DIR": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "run"], cwd=PROJECT_ROOT, env={**environment, variable: port},
        capture_output=True, text=True, timeout=30,
    )  # fmt: skip
    assert answer.returncode == 2
    assert answer.stderr.startswith(f"Port {port} is taken")
    assert f"{variable}=" in answer.stderr
    assert READY not in answer.stdout


@pytest.mark.parametrize(("language", "fact"), [("en", "22"), ("fr", "22")])
def test_the_ask_command_prints_the_answer(assistant, language, fact):
    answer = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--language", language, "--url", assistant.url, QUESTION],
        cwd=PROJECT_ROOT, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    assert fact in answer.stdout
