"""Starts the assistant's processes together, restarts one that crashed, stops them all.

honcho, the usual choice, stops everything when one process ends and cannot restart it, so only its printer is used
here; supervisord and circus bring a daemon, a configuration language and a control port for what are four processes.
"""

from bot.supervisor.ports import check_ports
from bot.supervisor.programs import make_environment, make_programs
from bot.supervisor.steps import run_step
from bot.supervisor.supervisor import Program, RestartPolicy, Supervisor

__all__ = ["Program", "RestartPolicy", "Supervisor", "check_ports", "make_environment", "make_programs", "run_step"]
