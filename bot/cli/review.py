"""Keep the conversation log up with the conversations, build it anew, purge old conversations."""

from argparse import ArgumentParser, Namespace
from typing import Any, Mapping

from bot.settings import Settings


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the steps."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("follow", help="keep the log up with the conversations until told to stop")
    steps.add_parser("rebuild", help="make the log anew from the tracker store; what staff have added stays")


def run(arguments: Namespace, settings: Settings) -> int:
    """Do one of them."""
    return {"follow": _follow, "rebuild": _rebuild}[arguments.step](settings)


def _follow(settings: Settings) -> int:
    import logging

    from bot.review.follower import follow

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    follow(_projector(settings), settings)
    return 0


def _rebuild(settings: Settings) -> int:
    projector = _projector(settings)
    read = projector.rebuild(lambda total: print(f"{total} events read", flush=True))
    print(f"The log holds what {read} events say.")
    return 0


def _projector(settings: Settings) -> Any:
    from bot.channels.messages import messages_of
    from bot.review.projection.projector import Projector

    def shown(event: Mapping[str, Any]) -> Any:
        return next(iter(messages_of([event])), None)

    return Projector(settings.tracker_database_url, settings.review_database_url, shown)
