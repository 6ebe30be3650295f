"""Start the assistant: load the facts, train if needed, run Rasa, the action server and the web together."""

import argparse
import os
import secrets
import sys

from bot.errors import SettingsError
from bot.settings import DEFAULT_PORT, PROJECT_ROOT, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--no-samples", action="store_true", help="leave out the sample facts, which no source states")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Prepare everything, then keep the four processes running until Ctrl-C or TERM."""
    import asyncio

    from bot.nlu.training import model_path
    from bot.supervisor import Supervisor, check_ports, make_environment, make_programs, run_step

    os.chdir(PROJECT_ROOT)
    check_ports(
        {
            "PORT": (settings.host, settings.port),
            "RASA_PORT": ("127.0.0.1", settings.rasa_port),
            "ACTIONS_PORT": ("127.0.0.1", settings.actions_port),
        }
    )
    _make_secret(settings)
    settings = Settings.from_environment()
    environment = make_environment(settings)
    samples = ["--no-samples"] if arguments.no_samples else []
    # 1: some records are wrong and were named; the others are loaded.
    for step, fine in ((["data", "load", *samples], (0, 1)), (["model", "train"], (0,))):
        status = run_step([sys.executable, "-m", "bot", *step], environment)
        if status not in fine:
            return status
    print("==> Starting Rasa, the action server and the web", flush=True)
    supervisor = Supervisor(make_programs(settings, environment, model_path()), f"{settings.web_url}/readyz")
    return asyncio.run(supervisor.run(lambda: print(_welcome(settings), flush=True)))


def _make_secret(settings: Settings) -> None:
    """Make var/ and, unless SECRET_KEY is given, a secret that only this user can read."""
    path = settings.var / "secret.key"
    try:
        settings.var.mkdir(parents=True, exist_ok=True)
        if not settings.secret_key:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with open(descriptor, "w", encoding="ascii") as file:
                file.write(secrets.token_hex(32))
    except OSError as error:
        raise SettingsError(f"{path} cannot be written ({error.strerror}): make it writable or set VAR_DIR.") from error


def _welcome(settings: Settings) -> str:
    port = "" if settings.port == DEFAULT_PORT else f"PORT={settings.port} "
    return f"""
The assistant is ready.

  Chat              {settings.web_url}/
  Staff console     {settings.web_url}/staff
  API description   {settings.web_url}/docs   (OpenAPI: {settings.web_url}/openapi.json)
  Ask from a shell  {port}.venv/bin/python -m bot ask "What does a room in the residences cost?"

Ctrl-C stops it.
"""
