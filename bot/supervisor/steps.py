"""A step that has to be done before the processes start."""

import os
import signal
import subprocess
from typing import Mapping, Sequence

from bot.supervisor.launch import bound_to_parent


def run_step(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run `command` to its end and return its exit status; Ctrl-C and TERM end it and raise KeyboardInterrupt."""
    former = signal.signal(signal.SIGTERM, signal.default_int_handler)
    process = subprocess.Popen(bound_to_parent(command), env=environment, start_new_session=True)  # noqa: S603
    try:
        return process.wait()
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
        signal.signal(signal.SIGTERM, former)
