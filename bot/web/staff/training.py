"""Training: marked messages become examples; a new model is compared before a person takes it into use."""

import asyncio
from typing import Any

from aiohttp import web

from bot.review import training_runs
from bot.review.dialogue_tests import DialogueTestError, write_dialogue_test
from bot.review.erasure import digest
from bot.review.projection.tracker_log import TrackerLog
from bot.review.transcripts import read_transcript
from bot.web.keys import SETTINGS
from bot.web.staff.choices import intent_choices
from bot.web.staff.database import change_review, in_review
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import number_from, render, see_other
from bot.web.staff.visits import HOME, VISIT, member_of

MOST_MARKS = 200
STEPS = ("waiting", "writing", "training", "comparing", "compared")
"""The states of a run in their order, for the progress bar."""
_ACTS = {"promote": training_runs.request_promotion, "rollback": training_runs.request_rollback}


async def show_training(request: web.Request) -> web.Response:
    """Show the marked messages, the runs, and what the newest model does better and worse."""
    marks = await in_review(request, training_runs.list_marks)
    runs = await in_review(request, training_runs.list_runs)
    in_use = next((run.id for run in runs if run.state == "promoted"), None)
    return await render(
        request, "training.html", marks=marks[::-1][:MOST_MARKS], count=len(marks), runs=runs, in_use=in_use,
        steps=STEPS, titles=dict(intent_choices(request[VISIT].language)),
    )  # fmt: skip


async def change_training(request: web.Request) -> web.Response:
    """Start a run, take its model into use, or go back to the one before."""
    form, actor = await request.post(), member_of(request).email
    act = str(form.get("act", ""))
    if act == "start":
        await _do(request, training_runs.request_training, actor)
    elif act in _ACTS:
        await _do(request, _ACTS[act], actor, number_from(str(form.get("run", "")), code="bad_request"))
    else:
        raise PageError(400, "bad_request")
    return see_other(f"{HOME}/training", done=f"training_{act}")


async def make_dialogue_test(request: web.Request) -> web.Response:
    """Return a conversation as a dialogue test for tests/dialogue/, without personal data."""
    conversation_id = request.match_info["id"]
    transcript = await in_review(request, read_transcript, conversation_id)
    if transcript is None:
        raise PageError(404, "conversation_not_found")
    first = next((message.text for message in transcript.messages if message.sender == "student"), "")
    name = f"a student says: {first[:80]} ({digest(conversation_id)[:8]})"

    def write() -> str:
        log = TrackerLog(request.app[SETTINGS].tracker_database_url)
        try:
            return write_dialogue_test(log.read_conversation(conversation_id), name)
        finally:
            log.close()

    try:
        text = await asyncio.to_thread(write)
    except DialogueTestError as error:
        raise PageError(400, "no_dialogue") from error
    return web.Response(
        body=text.encode("utf-8"),
        content_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="reviewed_{digest(conversation_id)[:8]}.yml"'},
    )


async def _do(request: web.Request, function: Any, *values: Any) -> None:
    try:
        await change_review(request, function, *values)
    except training_runs.TrainingError as error:
        raise PageError(404 if error.code == "run_not_found" else 409, error.code) from error
