"""`python -m bot <command>`: one module of bot/cli/ per command."""

import argparse
import importlib
import os
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
        status = arguments.run(arguments, Settings.from_environment())
        sys.stdout.flush()
        return status
    except BotError as error:
        print(error, file=sys.stderr)
        return 2
    except EOFError:
        print("Nothing was entered, so nothing was done.", file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Who reads the output has enough ("| head"); Python shall not fail over the rest when it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
