"""`data check`: what is wrong, doubtful, old, or to be renewed for the next intake."""

import argparse
from collections import Counter
from typing import Any, Callable, Mapping

from bot.settings import Settings

FINE, WRONG_FOUND, WORK_FOUND = 0, 1, 3
"""Exit statuses for cron: nothing to do; something wrong is told; nothing wrong, but something to look after.
2 is that of every command that could not run at all."""


def add_arguments(actions: Any) -> None:
    """Describe the action."""
    checking = actions.add_parser("check", help="list what is wrong, old, or to be renewed for the next intake")
    checking.add_argument(
        "--only", action="append", choices=("wrong", "doubtful", "old", "renew"), help="only findings of this kind"
    )


def _check(arguments: argparse.Namespace, settings: Settings) -> int:
    from bot.mobility.checks import WRONG, check
    from bot.mobility.database import session_scope

    with session_scope(settings.mobility_database_url) as session:
        findings = check(session)
    if arguments.only:
        findings = [finding for finding in findings if finding.kind in arguments.only]
    for finding in findings:
        print(f"{finding.kind}: {finding.place}: {finding.reason}")
    counts = Counter(finding.kind for finding in findings)
    print(", ".join(f"{count} {kind}" for kind, count in counts.items()) or "Nothing to do.")
    if counts[WRONG]:
        return WRONG_FOUND
    return WORK_FOUND if findings else FINE


RUNS: Mapping[str, Callable[[argparse.Namespace, Settings], int]] = {"check": _check}
