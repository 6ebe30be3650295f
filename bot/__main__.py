"""`python -m bot <command>`: one module of bot/cli/ per command."""

import argparse
import importlib
import pkgutil
import sys

import bot.cli
from bot.errors import BotError
from bot.settings import Settings


def main() -> int:
    """Parse the command line, run the command, return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m bot", description="The assistant's commands.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for module in pkgutil.iter_modules(bot.cli.__path__):
        command = importlib.import_module(f"bot.cli.{module.name}")
        summary = (command.__doc__ or "").splitlines()[0]
        subparser = commands.add_parser(module.name.replace("_", "-"), help=summary, description=command.__doc__)
        command.add_arguments(subparser)
        subparser.set_defaults(run=command.run)
    arguments = parser.parse_args()
    try:
        return arguments.run(arguments, Settings.from_environment())
    except BotError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
