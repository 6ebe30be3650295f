"""Keep the conversation log up, build it anew, erase or hand out one student's data, erase what is too old."""

import json
import os
from argparse import ArgumentParser, Namespace
from typing import Any, Mapping

from bot.settings import Settings

ACTOR = "command line"
_YIELDING = 10
"""Where the processors are busy, students' answers come first: the log, and a training begun by it, catch up later."""


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
    train = steps.add_parser("train", help="train with the marked messages and compare with the model in use")
    train.add_argument("--run", dest="run_id", type=int, help="the run that was asked for in the console")
    for step, help_text in (
        ("compare", "print what the model of a run does better and worse"),
        ("promote", "take the model of a run into use"),
        ("rollback", "go back to the model from before a run"),
    ):
        steps.add_parser(step, help=help_text).add_argument("run_id", type=int, metavar="RUN")
    story = steps.add_parser("dialogue-test", help="print a conversation as a dialogue test, without personal data")
    story.add_argument("conversation", help="the conversation's id")
    story.add_argument("name", help="what happens in it, in plain words")


def run(arguments: Namespace, settings: Settings) -> int:
    """Do one of them."""
    steps = {
        "follow": _follow, "rebuild": _rebuild, "purge": _purge, "erase": _erase, "export": _export, "train": _train,
        "compare": _compare, "promote": _promote, "rollback": _roll_back, "dialogue-test": _dialogue_test,
    }  # fmt: skip
    return steps[arguments.step](arguments, settings)


def _follow(_arguments: Namespace, settings: Settings) -> int:
    import logging

    from bot.nlu.question_vectors import question_encoder
    from bot.review.follower import follow

    os.nice(_YIELDING)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    follow(
        _projector(settings),
        settings,
        # Loaded anew each time: it is needed seldom and takes memory.
        encode=lambda: question_encoder(settings.var / "cache"),
        give_back=lambda conversation_id: _give_back(settings, conversation_id),
    )
    return 0


def _give_back(settings: Settings, conversation_id: str) -> bool:
    """Have the Rasa server let the assistant answer again; tell whether it did."""
    import logging
    from urllib.parse import quote

    import requests

    try:
        answer = requests.post(
            f"{settings.rasa_url}/webhooks/staff/conversations/{quote(conversation_id, safe='')}/give_back",
            json={"staff": "assistant"},
            headers=_as_console(settings),
            timeout=30,
        )
    except requests.RequestException as error:
        logging.getLogger(__name__).warning("The Rasa server does not answer: %s", error)
        return False
    if answer.status_code != 200:
        logging.getLogger(__name__).warning("Rasa refuses to give a conversation back: %s", answer.text[:200])
    return answer.status_code == 200


def _as_console(settings: Settings) -> Mapping[str, str]:
    """Return what shows the Rasa server that this is the staff's side."""
    from bot.tokens import WEB_TO_CHANNEL, internal_token

    return {"Authorization": f"Bearer {internal_token(settings.secret_key, WEB_TO_CHANNEL)}"}


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


def _train(arguments: Namespace, settings: Settings) -> int:
    from actions.intent_topics import topic_of
    from bot.nlu.review_training import Workshop
    from bot.review.database import session_scope
    from bot.review.training_runs import request_training

    if arguments.run_id is None:
        with session_scope(settings.review_database_url, writing=True) as session:
            arguments.run_id = request_training(session, ACTOR)
            session.commit()
    Workshop(settings, arguments.run_id).train(topic_of, lambda line: print(line, flush=True))
    return _compare(arguments, settings)


def _compare(arguments: Namespace, settings: Settings) -> int:
    from bot.review.database import session_scope
    from bot.review.training_runs import get_run

    with session_scope(settings.review_database_url) as session:
        run = get_run(session, arguments.run_id)
    report = run.report
    if report is None:
        print(f"Run {run.id} is {run.state}. {run.failure or ''}".rstrip())
        return 1
    print(f"Run {run.id}: {report.examples} new examples, {report.questions} questions.")
    print(f"Right before: {report.right_before}, after: {report.right_after}.")
    for title, changes in (("Better", report.better), ("Worse", report.worse)):
        for change in changes:
            fixed = " (listed as fixed)" if change.fixed else ""
            print(f"{title}: {change.text!r} is {change.intent}; was {change.before}, now {change.after}{fixed}")
    step = f"python -m bot review promote {run.id}"
    print(f"To use it: {step}" if run.may_be_promoted else "It cannot be promoted.")
    return 0


def _promote(arguments: Namespace, settings: Settings) -> int:
    from bot.nlu.review_training import Workshop
    from bot.review.database import session_scope
    from bot.review.training_runs import get_run, request_promotion

    with session_scope(settings.review_database_url, writing=True) as session:
        if get_run(session, arguments.run_id).state != "promoting":  # as the console has left it
            request_promotion(session, ACTOR, arguments.run_id)
            session.commit()
    model = Workshop(settings, arguments.run_id).promote(lambda path: _load_model(settings, path.name))
    print(f"In use: {model.name}")
    return 0


def _roll_back(arguments: Namespace, settings: Settings) -> int:
    from bot.nlu.review_training import Workshop
    from bot.review.database import session_scope
    from bot.review.training_runs import get_run, request_rollback

    with session_scope(settings.review_database_url, writing=True) as session:
        if get_run(session, arguments.run_id).state != "rolling_back":
            request_rollback(session, ACTOR, arguments.run_id)
            session.commit()
    workshop = Workshop(settings, arguments.run_id)
    model = workshop.roll_back(lambda path: _load_model(settings, path.name), lambda line: print(line, flush=True))
    print(f"In use again: {model.name}")
    return 0


def _load_model(settings: Settings, name: str) -> None:
    """Have a running Rasa server take the model; one that does not run takes it at its start."""
    import requests

    from bot.errors import ProcessError

    url = f"{settings.rasa_url}/webhooks/staff/model"
    try:
        answer = requests.put(url, json={"model": name}, headers=_as_console(settings), timeout=120)
    except requests.ConnectionError:
        return
    if answer.status_code != 200:
        raise ProcessError(f"The Rasa server does not take the model {name}: {answer.text[:200]}")


def _dialogue_test(arguments: Namespace, settings: Settings) -> int:
    from bot.review.dialogue_tests import write_dialogue_test
    from bot.review.projection.tracker_log import TrackerLog

    events = TrackerLog(settings.tracker_database_url).read_conversation(arguments.conversation)
    print(write_dialogue_test(events, arguments.name), end="")
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
