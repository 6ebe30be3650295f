"""Become the given command, after asking the kernel to end it with its parent.

`python launch.py PARENT_PID COMMAND...`: a script, since the request has to be made in the new process, and Python
between fork and exec is unsafe in a program that may have threads.
"""

import ctypes
import os
import signal
import sys
from typing import List, Sequence

PR_SET_PDEATHSIG = 1


def bound_to_parent(command: Sequence[str]) -> List[str]:
    """Return the command line that runs `command` so that it never outlives this process."""
    return [sys.executable, "-S", __file__, str(os.getpid()), *command]


def main() -> None:
    """Ask, check that the parent has not died meanwhile, become the command."""
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        # Even a supervisor that is killed leaves no orphan. The request survives exec.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main()
