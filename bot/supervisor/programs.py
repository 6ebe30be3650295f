"""What the assistant consists of: its four processes and the environment they share."""

import os
import sys
from pathlib import Path
from typing import Dict, Tuple

from bot.settings import Settings
from bot.supervisor.supervisor import Program

FIXED_ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    # A message is handled in one thread; more of them only make the processes wait for each other.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "SANIC_WORKERS": "1",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONUNBUFFERED": "1",
}


def make_environment(settings: Settings) -> Dict[str, str]:
    """Return the environment of every process: this one's, with each setting spelled out."""
    return {
        **os.environ,
        **FIXED_ENVIRONMENT,
        "VAR_DIR": str(settings.var),
        "HOST": settings.host,
        "PORT": str(settings.port),
        "RASA_PORT": str(settings.rasa_port),
        "ACTIONS_PORT": str(settings.actions_port),
        "RASA_URL": settings.rasa_url,
        "ACTIONS_URL": settings.actions_url,
        "FACTS_DIR": str(settings.facts),
        "MOBILITY_DATABASE_URL": settings.mobility_database_url,
        "TRACKER_DATABASE_URL": settings.tracker_database_url,
        "REVIEW_DATABASE_URL": settings.review_database_url,
        "SECRET_KEY": settings.secret_key,
    }


def make_programs(settings: Settings, environment: Dict[str, str], model: Path) -> Tuple[Program, ...]:
    """Return Rasa, the action server, the web and the conversation log, with the addresses that tell if they work."""
    python = (sys.executable, "-m")
    quietly = (*python, "bot.supervisor.quietly")
    rasa = (
        *quietly, "bot.dialogue.server", "run", "--quiet",
        "--interface", "127.0.0.1", "--port", str(settings.rasa_port), "--model", str(model),
        "--endpoints", "endpoints.yml", "--credentials", "credentials.yml",
    )  # fmt: skip
    actions = (*quietly, "bot.action_server", "--port", str(settings.actions_port))
    return (
        Program("rasa", rasa, f"{settings.rasa_url}/", environment),
        Program("actions", actions, f"{settings.actions_url}/health", environment),
        Program("web", (*python, "bot", "web"), f"{settings.web_url}/healthz", environment),
        Program("log", (*python, "bot", "review", "follow"), None, environment),
    )
