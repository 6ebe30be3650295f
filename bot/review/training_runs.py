"""The runs of "train and compare": asked for in the console, done by a process of its own, decided by a person."""

import datetime as dt
from dataclasses import dataclass
from typing import Any, List, Mapping, Optional, Tuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.review.audit import record
from bot.review.desk_models import Mark, TrainingRun
from bot.review.examples import MarkedMessage

TO_DO = {"waiting": "train", "promoting": "promote", "rolling_back": "rollback"}
"""States in which the process of the log starts the command, and its step."""
RUNNING = ("waiting", "writing", "training", "comparing", "promoting", "rolling_back")


class TrainingError(BotError):
    """A run cannot be started, promoted or rolled back; `code` names the reason for the console's wording."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class Change:
    """A question that the new model understands otherwise."""

    text: str
    language: str
    intent: str
    """What is right."""
    before: str
    after: str
    source: str
    """regression or marked."""
    fixed: bool = False
    """Listed as fixed: must not break."""


@dataclass(frozen=True)
class Report:
    """What a new model does better and worse."""

    questions: int
    right_before: int
    right_after: int
    better: Tuple[Change, ...]
    worse: Tuple[Change, ...]
    examples: int
    """New examples that it was trained with."""
    right_marks: Tuple[int, ...] = ()
    """Events of the marked messages that the new model understands."""

    @property
    def broken(self) -> Tuple[Change, ...]:
        """What is listed as fixed and would break."""
        return tuple(change for change in self.worse if change.fixed)


@dataclass(frozen=True)
class Run:
    """One run."""

    id: int
    state: str
    started_by: str
    started_at: dt.datetime
    changed_at: dt.datetime
    model: Optional[str]
    former_model: Optional[str]
    report: Optional[Report]
    failure: Optional[str]

    @property
    def running(self) -> bool:
        """Tell whether something is being done."""
        return self.state in RUNNING

    @property
    def may_be_promoted(self) -> bool:
        """Tell whether a person may say yes."""
        return self.state == "compared" and self.report is not None and not self.report.broken


def request_training(session: Session, actor: str) -> int:
    """Ask for a run; return its id. One at a time. The caller commits."""
    if any(run.running for run in list_runs(session, 5)):
        raise TrainingError("training_running", "A training is running: wait until it is done.")
    now = dt.datetime.now(dt.timezone.utc)
    row = TrainingRun(state="waiting", started_by=actor, started_at=now, changed_at=now)
    session.add(row)
    session.flush()
    record(session, actor, "training.start", str(row.id))
    return row.id


def request_promotion(session: Session, actor: str, run_id: int) -> None:
    """Say yes to the model of a run."""
    run = get_run(session, run_id)
    if run.state != "compared" or run.report is None:
        raise TrainingError("not_compared", f"Run {run_id} has no model that waits for a decision.")
    if run.report.broken:
        raise TrainingError("breaks_fixed", "The model breaks what is listed as fixed: correct the examples first.")
    set_state(session, run_id, "promoting")
    record(session, actor, "training.promote", str(run_id), model=run.model)


def request_rollback(session: Session, actor: str, run_id: int) -> None:
    """Go back to the model that was in use before this run."""
    run = get_run(session, run_id)
    newest = next((other for other in list_runs(session) if other.state == "promoted"), None)
    if newest is None or newest.id != run_id:
        raise TrainingError("not_in_use", f"The model of run {run_id} is not in use.")
    set_state(session, run_id, "rolling_back")
    record(session, actor, "training.rollback", str(run_id), model=run.former_model)


def list_runs(session: Session, most: int = 20) -> List[Run]:
    """Return the runs, the newest first."""
    query = select(TrainingRun).order_by(TrainingRun.id.desc()).limit(most)
    return [_run(row) for row in session.execute(query).scalars()]


def get_run(session: Session, run_id: int) -> Run:
    """Return a run; raise TrainingError when there is none."""
    row = session.get(TrainingRun, run_id, populate_existing=True)
    if row is None:
        raise TrainingError("run_not_found", f"There is no run {run_id}.")
    return _run(row)


def set_state(session: Session, run_id: int, state: str, **values: Any) -> None:
    """Write how far a run is."""
    now = dt.datetime.now(dt.timezone.utc)
    session.execute(update(TrainingRun).where(TrainingRun.id == run_id).values(state=state, changed_at=now, **values))


def list_marks(session: Session) -> List[MarkedMessage]:
    """Return all marked messages, the oldest first."""
    rows = session.execute(select(Mark).order_by(Mark.event_id)).scalars()
    return [MarkedMessage(row.event_id, row.text, row.language, row.intent, row.fixed) for row in rows]


def set_fixed(session: Session, event_ids: List[int]) -> None:
    """List marked messages as fixed: no later model may break them."""
    session.execute(update(Mark).where(Mark.event_id.in_(event_ids)).values(fixed=True))


def report_as_json(report: Report) -> Mapping[str, Any]:
    """Return the report as it is kept."""
    changes = {name: [vars(change) for change in getattr(report, name)] for name in ("better", "worse")}
    return {**vars(report), **changes}


def _run(row: TrainingRun) -> Run:
    kept = row.report
    report = None
    if kept:
        changes = {name: tuple(Change(**change) for change in kept[name]) for name in ("better", "worse")}
        report = Report(**{**kept, **changes, "right_marks": tuple(kept["right_marks"])})
    return Run(
        row.id, row.state, row.started_by, row.started_at, row.changed_at, row.model, row.former_model, report,
        row.failure,
    )  # fmt: skip
