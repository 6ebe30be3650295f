"""The supervisor, with small stand-in programs that answer HTTP and crash when told to."""

import asyncio
import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.errors import ProcessError
from bot.supervisor import Program, RestartPolicy, Supervisor, check_ports

SERVER = """
import http.server, os, sys
print("process", os.getpid(), flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
    def log_message(self, *arguments): pass
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)" + SERVER
CRASHING = """
import os, pathlib, threading, time
def crash():
    while not pathlib.Path(os.environ["CRASH_WHEN"]).exists():
        time.sleep(0.02)
    os._exit(7)
threading.Thread(target=crash, daemon=True).start()
""" + SERVER
PARENT = "import subprocess, sys; print('child', subprocess.Popen(['sleep', '600']).pid, flush=True)" + SERVER
QUICK = RestartPolicy(crashes=2, first_delay=0.05, start_limit=20, grace=0.5)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def make_program(name: str, script: str = SERVER, **environment: str) -> Program:
    port = free_port()
    command = [sys.executable, "-c", script, str(port)]
    return Program(name, command, f"http://127.0.0.1:{port}/", {**os.environ, **environment})


class Output(io.StringIO):
    """What the supervisor prints, with a way to wait for it."""

    async def wait_for(self, text: str, times: int = 1) -> None:
        for _ in range(400):
            if self.getvalue().count(text) >= times:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{text!r} not printed {times} times in:\n{self.getvalue()}")

    def processes(self, words: str = "| process ") -> list:
        return [int(line.split()[-1]) for line in self.getvalue().splitlines() if words in line]


@asynccontextmanager
async def running(*programs: Program, policy: RestartPolicy = QUICK):
    """Run a supervisor; yield its output and the task that ends with its exit status."""
    output = Output()
    supervisor = Supervisor(programs, policy=policy, output=output)
    task = asyncio.create_task(supervisor.run(lambda: print("READY", file=output)))
    try:
        yield output, task
    finally:
        if not task.done():
            os.kill(os.getpid(), signal.SIGTERM)
            await task


def is_running(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_everything_with_status_0(number):
    async with running(make_program("one"), make_program("two")) as (output, task):
        await output.wait_for("READY")
        os.kill(os.getpid(), number)
        assert await task == 0
        assert len(output.processes()) == 2
        assert not any(map(is_running, output.processes()))


async def test_ready_only_when_all_answer():
    slow = make_program("slow", "import time; time.sleep(1)" + SERVER)
    async with running(make_program("fast"), slow) as (output, _):
        await output.wait_for("fast answers.")
        assert "READY" not in output.getvalue()
        await output.wait_for("READY")
        assert output.getvalue().index("slow answers.") < output.getvalue().index("READY")


async def test_a_crashed_process_is_named_and_restarted():
    async with running(make_program("one"), make_program("two")) as (output, _):
        await output.wait_for("READY")
        os.kill(output.processes("two       | process ")[0], signal.SIGKILL)
        await output.wait_for("two died (signal SIGKILL).")
        await output.wait_for("two answers.", times=2)
        assert output.getvalue().count("one answers.") == 1


async def test_a_process_that_keeps_crashing_stops_everything_with_status_1(tmp_path):
    crash_when = tmp_path / "crash"
    two = make_program("two", CRASHING, CRASH_WHEN=str(crash_when))
    async with running(make_program("one"), two) as (output, task):
        await output.wait_for("READY")
        crash_when.touch()
        assert await asyncio.wait_for(task, 20) == 1
        assert output.getvalue().count("two died (exit status 7).") == QUICK.crashes + 1
        assert "two died 3 times in 5 minutes. Stopping the others." in output.getvalue()
        assert not any(map(is_running, output.processes()))


async def test_a_process_that_cannot_start_stops_everything_at_once():
    broken = make_program("broken", "import sys; print('no such model', flush=True); sys.exit(3)")
    async with running(make_program("one"), broken) as (output, task):
        assert await asyncio.wait_for(task, 20) == 1
        assert "no such model" in output.getvalue()
        assert "broken died (exit status 3)." in output.getvalue()
        assert "READY" not in output.getvalue()


async def test_a_process_that_never_answers_stops_everything():
    mute = make_program("mute", "import time; time.sleep(600)")
    policy = RestartPolicy(start_limit=0.5, grace=0.5)
    async with running(mute, policy=policy) as (output, task):
        assert await asyncio.wait_for(task, 20) == 1
        assert "Not all processes answer" in output.getvalue()


async def test_a_stubborn_process_and_what_it_started_are_killed():
    async with running(make_program("stubborn", STUBBORN), make_program("parent", PARENT)) as (output, task):
        await output.wait_for("READY")
        os.kill(os.getpid(), signal.SIGTERM)
        assert await asyncio.wait_for(task, 20) == 0
        processes = output.processes() + output.processes("| child ")
        assert len(processes) == 3
        assert not any(map(is_running, processes))


async def test_a_very_long_line_is_survived():
    long = make_program("long", "print('x' * 3_000_000, flush=True)" + SERVER)
    async with running(long) as (output, _):
        await output.wait_for("READY")


def test_no_orphan_when_the_supervisor_itself_is_killed(tmp_path):
    port = free_port()
    script = f"""
import asyncio, os, sys
from bot.supervisor import Program, Supervisor
program = Program("one", [sys.executable, "-c", {SERVER!r}, "{port}"], "http://127.0.0.1:{port}/", dict(os.environ))
asyncio.run(Supervisor([program]).run(lambda: print("READY", flush=True)))
"""
    supervisor = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    process = None
    for line in supervisor.stdout:
        if "| process " in line:
            process = int(line.split()[-1])
        if line.startswith("READY"):
            break
    supervisor.kill()
    supervisor.wait()
    for _ in range(100):
        if not is_running(process):
            return
        time.sleep(0.05)
    raise AssertionError("the process outlived its supervisor")


def test_a_taken_port_is_named_with_its_variable():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ProcessError, match=f"Port {port} is taken .*RASA_PORT="):
            check_ports({"PORT": ("127.0.0.1", free_port()), "RASA_PORT": ("127.0.0.1", port)})


def test_two_equal_ports_are_refused():
    with pytest.raises(ProcessError, match="PORT and RASA_PORT are both 5005"):
        check_ports({"PORT": ("127.0.0.1", 5005), "RASA_PORT": ("127.0.0.1", 5005)})
