"""Keep the conversation log up, build it anew, erase or hand out one student's data, erase what is too old."""

import json
from argparse import ArgumentParser, Namespace
from typing import Any, Mapping

from bot.settings import Settings

ACTOR = "command line"


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the steps."""
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    steps.add_parser("follow", help="keep the log up with the conversations until told to stop")
    steps.add_parser("rebuild", help="make the log anew from the tracker store; what staff have added stays")
    purge = steps.add_parser("purge", help="erase conversations whose last message is too old (RETENTION_MONTHS)")
    purge.add_argument("--months", type=int, help="instead of RETENTION_MONTHS")
    erase = steps.add_parser("erase", help="erase one conversation everywhere")
    erase.add_argument("conversation", help="the conversation's id")
    export = steps.add_parser("export", help="print everything that is kept of one conversation, as JSON")
    export.add_argument("conversation", help="the conversation's id")


def run(arguments: Namespace, settings: Settings) -> int:
    """Do one of them."""
    steps = {"follow": _follow, "rebuild": _rebuild, "purge": _purge, "erase": _erase, "export": _export}
    return steps[arguments.step](arguments, settings)


def _follow(_arguments: Namespace, settings: Settings) -> int:
    import logging

    from bot.nlu.embedding.encoder import SentenceEncoder
    from bot.review.follower import follow

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    # Loaded anew each time: it is needed seldom and takes memory.
    follow(_projector(settings), settings, lambda: SentenceEncoder.load(settings.var / "cache").encode)
    return 0


def _rebuild(_arguments: Namespace, settings: Settings) -> int:
    projector = _projector(settings)
    read = projector.rebuild(lambda total: print(f"{total} events read", flush=True))
    print(f"The log holds what {read} events say.")
    return 0


def _purge(arguments: Namespace, settings: Settings) -> int:
    months = settings.retention_months if arguments.months is None else arguments.months
    erased = _archive(settings).purge(ACTOR, months)
    print(f"{erased} conversations erased, whose last message is older than {months} months.")
    return 0


def _erase(arguments: Namespace, settings: Settings) -> int:
    erased = _archive(settings).erase(ACTOR, arguments.conversation)
    if not erased.anything:
        print("Nothing was kept of this conversation.")
        return 1
    print(f"Erased: {erased.events} events, {erased.messages} messages of the log, {erased.feedback} feedback.")
    return 0


def _export(arguments: Namespace, settings: Settings) -> int:
    found = _archive(settings).export(ACTOR, arguments.conversation)
    if found is None:
        print("Nothing is kept of this conversation.")
        return 1
    print(json.dumps(found, ensure_ascii=False, indent=2))
    return 0


def _archive(settings: Settings) -> Any:
    from bot.review.retention import Archive

    return Archive(settings.tracker_database_url, settings.review_database_url)


def _projector(settings: Settings) -> Any:
    from bot.channels.messages import messages_of
    from bot.review.projection.projector import Projector

    def shown(event: Mapping[str, Any]) -> Any:
        return next(iter(messages_of([event])), None)

    return Projector(settings.tracker_database_url, settings.review_database_url, shown)
