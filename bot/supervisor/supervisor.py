"""The supervisor: one task per process, one that waits until all answer, one way to stop."""

import asyncio
import datetime as dt
import os
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass
from typing import Callable, Deque, Dict, Mapping, Optional, Sequence, TextIO

import aiohttp
from honcho.colour import get_colours
from honcho.printer import Message, Printer

from bot.supervisor.launch import bound_to_parent

LONGEST_LINE = 1 << 20
OWN_NAME = "assistant"


@dataclass(frozen=True)
class Program:
    """A process to keep running."""

    name: str
    command: Sequence[str]
    ready_url: Optional[str]
    """Answers 200 when the process can do its work; None for one that nobody calls."""
    environment: Mapping[str, str]
    """The whole environment of the process."""


@dataclass(frozen=True)
class RestartPolicy:
    """How often a process may crash, and how long things may take (seconds)."""

    crashes: int = 3
    """So many crashes of one process within `window` are repaired; one more stops everything."""
    window: float = 300
    first_delay: float = 1
    """Wait before the first restart; doubled at each further one."""
    start_limit: float = 180
    """All processes have to answer within this time."""
    grace: float = 10
    """What is still running so long after the request to stop is killed."""


class Supervisor:
    """Runs programs until it is told to stop or one of them cannot be kept alive."""

    def __init__(
        self, programs: Sequence[Program], ready_url: Optional[str] = None, *,
        policy: RestartPolicy = RestartPolicy(), output: TextIO = sys.stdout,
    ) -> None:  # fmt: skip
        """Prepare; `ready_url` answers 200 when the programs can work together, where that is more than each alone."""
        self._programs = programs
        self._ready_url = ready_url
        self._policy = policy
        self._printer = Printer(output, width=max(len(name) for name in (OWN_NAME, *(p.name for p in programs))))
        self._colours = dict(zip((program.name for program in programs), get_colours(), strict=False))
        self._processes: Dict[str, asyncio.subprocess.Process] = {}
        self._ready = False
        self._stop = asyncio.Event()
        self._status = 0

    async def run(self, when_ready: Callable[[], None]) -> int:
        """Keep all programs running; return 0 after a request to stop, 1 when the supervisor gave up."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._request_stop)
        tasks = [asyncio.create_task(self._keep_running(program)) for program in self._programs]
        tasks.append(asyncio.create_task(self._report_ready(when_ready)))
        for task in tasks:
            task.add_done_callback(self._stop_after_failure)
        await self._stop.wait()
        await self._stop_processes()
        for task in tasks:
            task.cancel()
        for result in await asyncio.gather(*tasks, return_exceptions=True):
            if isinstance(result, Exception):
                raise result
        return self._status

    def say(self, text: str) -> None:
        """Print a line of the supervisor's own."""
        self._print(OWN_NAME, text)

    def _request_stop(self) -> None:
        if self._stop.is_set():
            self._signal_all(signal.SIGKILL)
            return
        self.say("Stopping ...")
        self._stop.set()

    def _stop_after_failure(self, task: asyncio.Task) -> None:
        if not task.cancelled() and task.exception():
            self._stop.set()

    def _give_up(self, reason: str) -> None:
        if not self._stop.is_set():
            self.say(reason)
            self._status = 1
            self._stop.set()

    async def _keep_running(self, program: Program) -> None:
        crashes: Deque[float] = deque()
        while not self._stop.is_set():
            died = await self._run_once(program)
            if self._stop.is_set():
                return
            self.say(f"{program.name} died ({died}).")
            if not self._ready:
                self._give_up(f"{program.name} cannot start: its lines above say why. Stopping the others.")
                return
            now = time.monotonic()
            crashes.append(now)
            while crashes[0] < now - self._policy.window:
                crashes.popleft()
            if len(crashes) > self._policy.crashes:
                times = f"{len(crashes)} times in {self._policy.window / 60:.0f} minutes"
                self._give_up(f"{program.name} died {times}. Stopping the others.")
                return
            delay = self._policy.first_delay * 2 ** (len(crashes) - 1)
            self.say(f"Restarting {program.name} in {delay:.0f} s.")
            await asyncio.sleep(delay)

    async def _run_once(self, program: Program) -> str:
        """Run `program` to its end; return how it ended."""
        process = await asyncio.create_subprocess_exec(
            *bound_to_parent(program.command),
            env=program.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            limit=LONGEST_LINE,
            # A group of its own: Ctrl-C in the terminal reaches only the supervisor, which then stops the group.
            start_new_session=True,
        )
        self._processes[program.name] = process
        self.say(f"{program.name} started (process {process.pid}).")
        if self._stop.is_set():
            _signal_group(process, signal.SIGKILL)
        tasks = [asyncio.create_task(self._show_output(program.name, process))]
        if self._ready:
            tasks.append(asyncio.create_task(self._report_answer(program)))
        try:
            status = await process.wait()
            # What the process has started must not live on; it would also keep the pipe open.
            _signal_group(process, signal.SIGKILL)
            await tasks[0]
        finally:
            for task in tasks:
                task.cancel()
        return _describe(status)

    async def _show_output(self, name: str, process: asyncio.subprocess.Process) -> None:
        while process.stdout and not process.stdout.at_eof():
            try:
                line = await process.stdout.readline()
            except ValueError:
                continue  # longer than LONGEST_LINE: asyncio has dropped it
            if line:
                self._print(name, line.decode(errors="replace").rstrip())

    async def _report_ready(self, when_ready: Callable[[], None]) -> None:
        try:
            await asyncio.wait_for(self._all_answer(), self._policy.start_limit)
        except asyncio.TimeoutError:
            self._give_up(f"Not all processes answer after {self._policy.start_limit:.0f} s. Stopping them.")
        else:
            self._ready = True
            when_ready()

    async def _all_answer(self) -> None:
        await asyncio.gather(*map(self._report_answer, self._programs))
        if self._ready_url:
            await _wait_for_answer(self._ready_url)

    async def _report_answer(self, program: Program) -> None:
        if program.ready_url is None:
            return
        await _wait_for_answer(program.ready_url)
        self.say(f"{program.name} answers.")

    async def _stop_processes(self) -> None:
        self._signal_all(signal.SIGTERM)
        ends = [asyncio.create_task(process.wait()) for process in self._processes.values()]
        if ends:
            _, running = await asyncio.wait(ends, timeout=self._policy.grace)
            self._signal_all(signal.SIGKILL)
            if running:
                await asyncio.wait(running)
        self.say("Everything is stopped.")

    def _signal_all(self, number: signal.Signals) -> None:
        for process in self._processes.values():
            if process.returncode is None:
                _signal_group(process, number)

    def _print(self, name: str, text: str) -> None:
        try:
            self._printer.write(Message("line", text, dt.datetime.now(), name, self._colours.get(name)))
        except BrokenPipeError:
            self._stop.set()  # the reader of our output is gone, for example `make run | head`


def _signal_group(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except ProcessLookupError:
        pass


def _describe(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"


async def _wait_for_answer(url: str, *, every: float = 0.2) -> None:
    """Return when `url` answers 200."""
    timeout = aiohttp.ClientTimeout(total=5)
    async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as client:
        while True:
            status: Optional[int] = None
            try:
                async with client.get(url) as answer:
                    status = answer.status
            except (aiohttp.ClientError, asyncio.TimeoutError, OSError):
                pass
            if status == 200:
                return
            await asyncio.sleep(every)
