"""A student's own steps: which procedures concern them, in which order, and until when each is to be done.

Nothing is stored here: a plan is worked out anew from the criteria each time, so that it follows the facts.
"""

import dataclasses
import datetime as dt
import heapq
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from bot.mobility import models
from bot.mobility.deadlines import deadline_of
from bot.mobility.normalisation import normalised
from bot.mobility.partial_dates import ACADEMIC_YEAR_MONTH, first_day
from bot.mobility.procedure_models import PHASES, Aspect
from bot.mobility.procedures import procedure_of, requirements_by_procedure, statements_by_procedure
from bot.mobility.provenance import is_told, may_be_told
from bot.mobility.types import Deadline, Procedure, ProcedureStatement, Requirement

_TOLD = tuple(aspect.value for aspect in (Aspect.STEP, Aspect.DOCUMENT, Aspect.RULE, Aspect.COST))
_SPRING_BEGINS_IN = 1
_TERM_MONTHS: Mapping[str, int] = {
    "autumn": ACADEMIC_YEAR_MONTH, "year": ACADEMIC_YEAR_MONTH, "spring": _SPRING_BEGINS_IN,
}  # fmt: skip
"""The first month in which a term may begin: no source states the day."""
_AUTUMN_ARRIVALS = range(7, 12)
"""Months in which those arrive who come for the autumn or for the whole year."""


@dataclass(frozen=True)
class PlanCriteria:
    """Who the student is, as far as a plan depends on it."""

    nationality: str
    """eu, non_eu or algeria."""
    stay: str
    """exchange or degree."""
    term: Optional[str] = None
    """autumn, spring or year."""
    arrival: Optional[str] = None
    """YYYY-MM-DD or YYYY-MM."""
    done: Tuple[str, ...] = ()
    """Codes of the procedures that are done."""

    def as_claims(self) -> Mapping[str, Any]:
        """Return the criteria as a link carries them."""
        return {name: value for name, value in dataclasses.asdict(self).items() if value}

    @classmethod
    def from_claims(cls, claims: Mapping[str, Any]) -> "PlanCriteria":
        """Read what `as_claims` has written."""
        known = {field.name: claims[field.name] for field in dataclasses.fields(cls) if field.name in claims}
        return cls(**{**known, "done": tuple(claims.get("done", ()))})

    @property
    def planned_term(self) -> Optional[str]:
        """Return the term that is named, else the one that the arrival falls into."""
        if self.term or not self.arrival:
            return self.term
        return "autumn" if first_day(self.arrival).month in _AUTUMN_ARRIVALS else "spring"


@dataclass(frozen=True)
class DueDate:
    """Until when a step is to be done, as far as the facts allow to say it."""

    deadline: Deadline
    day: Optional[dt.date]
    """The deadline's day; None where the source gives only a rule that cannot be counted out."""
    is_counted: bool
    """Whether it was counted from the arrival."""
    has_passed: bool
    next_day: Optional[dt.date] = None
    """The same day of the following year, where it has passed."""

    @property
    def last_day(self) -> Optional[dt.date]:
        """Return the last day on which it can be done."""
        if self.day is None or self.deadline.inclusive is not False:
            return self.day
        return self.day - dt.timedelta(days=1)


@dataclass(frozen=True)
class PlanStep:
    """One procedure of a plan."""

    procedure: Procedure
    phase: str
    is_optional: bool
    done_words: Tuple[str, ...]
    statements: Tuple[ProcedureStatement, ...]
    """Its steps, documents, rules and costs that hold for the student."""
    requirements: Tuple[Requirement, ...]
    """The steps of the plan that come before it."""
    due_dates: Tuple[DueDate, ...]
    is_done: bool

    def stating(self, aspect: str) -> Tuple[ProcedureStatement, ...]:
        """Return the statements of one aspect."""
        return tuple(statement for statement in self.statements if statement.aspect == aspect)


@dataclass(frozen=True)
class Plan:
    """The steps in the order in which they can be done."""

    criteria: PlanCriteria
    steps: Tuple[PlanStep, ...]

    @property
    def open_steps(self) -> Tuple[PlanStep, ...]:
        """Return the steps that are left."""
        return tuple(step for step in self.steps if not step.is_done)

    @property
    def next_step(self) -> Optional[PlanStep]:
        """Return what to do next: the first step that everybody needs, or what that one requires before."""
        left = {step.procedure.code: step for step in self.open_steps}
        found = next((step for step in left.values() if not step.is_optional), next(iter(left.values()), None))
        while found is not None:
            before = {one.procedure.code for one in found.requirements}
            earlier = next((step for code, step in left.items() if code in before), None)
            if earlier is None or self.steps.index(earlier) > self.steps.index(found):
                return found
            found = earlier
        return None


def build_plan(session: Session, *, criteria: PlanCriteria, today: dt.date) -> Plan:
    """Return the plan for a student; raise ValueError for a nationality or stay that is none."""
    rows = session.scalars(
        select(models.Procedure)
        .where(is_told(models.Procedure), models.Procedure.phase.is_not(None))
        .options(selectinload(models.Procedure.deadlines).selectinload(models.Deadline.terms))
    ).all()
    codes = [row.code for row in rows]
    statements = statements_by_procedure(
        session, procedures=codes, aspects=_TOLD, nationality=criteria.nationality, stay=criteria.stay
    )
    requirements = requirements_by_procedure(session, procedures=codes)
    concerned = {row.code: row for row in rows if any(one.aspect == "step" for one in statements[row.code])}
    steps: Dict[str, PlanStep] = {}
    for code, row in concerned.items():
        steps[code] = PlanStep(
            procedure=procedure_of(row),
            phase=row.phase,
            is_optional=row.is_optional,
            done_words=tuple(row.done_words),
            statements=statements[code],
            requirements=tuple(one for one in requirements[code] if one.procedure.code in concerned),
            due_dates=tuple(
                resolve(deadline_of(deadline), criteria, today)
                for deadline in sorted(row.deadlines, key=lambda deadline: deadline.code)
                if may_be_told(deadline) and _is_for(deadline, criteria)
            ),
            is_done=code in criteria.done,
        )
    positions = {code: (PHASES.index(row.phase), row.position, code) for code, row in concerned.items()}
    return Plan(criteria, tuple(steps[code] for code in _in_order(steps, positions)))


def procedures_done(session: Session, *, words: str, codes: Sequence[str] = ()) -> Tuple[str, ...]:
    """Return the steps of plans that are among `codes`, or that a student says in these words to have done."""
    model = models.Procedure
    rows = session.execute(
        select(model.code, model.done_words).where(is_told(model), model.phase.is_not(None)).order_by(model.position)
    )
    text = f" {normalised(words)} "
    return tuple(
        code
        for code, done_words in rows
        if code in codes or any(f" {normalised(word)} " in text for word in done_words)
    )


def resolve(deadline: Deadline, criteria: PlanCriteria, today: dt.date) -> DueDate:
    """Work out the day of a deadline: stated; without a year the last one before the stay; counted from the arrival."""
    if deadline.date is not None:
        return DueDate(deadline, deadline.date, False, deadline.date < today)
    if deadline.month is not None and deadline.day is not None:
        return _resolve_year(deadline, deadline.month, deadline.day, _stay_begins(criteria, today), today)
    if deadline.months_after is not None and criteria.arrival is not None:
        day = _months_later(first_day(criteria.arrival), deadline.months_after)
        return DueDate(deadline, day, True, day < today)
    return DueDate(deadline, None, False, False)


def _resolve_year(
    deadline: Deadline, month: int, number: int, stay_begins: Optional[dt.date], today: dt.date
) -> DueDate:
    """Take the last such day before the stay, and the one a year later where that has passed."""
    if stay_begins is None:
        return DueDate(deadline, None, False, False)
    day = _day_before(month, number, stay_begins)
    has_passed = (day if deadline.inclusive is not False else day - dt.timedelta(days=1)) < today
    following = _day_before(month, number, _months_later(stay_begins, 12))
    return DueDate(deadline, day, False, has_passed, following if has_passed else None)


def _is_for(deadline: models.Deadline, criteria: PlanCriteria) -> bool:
    terms = {term.code for term in deadline.terms}
    return not terms or criteria.planned_term is None or criteria.planned_term in terms


def _stay_begins(criteria: PlanCriteria, today: dt.date) -> Optional[dt.date]:
    """Return the first day on which the stay may begin; None where nothing says so."""
    if criteria.arrival is not None:
        return first_day(criteria.arrival)
    if criteria.term is None:
        return None
    begins = dt.date(today.year, _TERM_MONTHS[criteria.term], 1)
    return begins if begins > today else begins.replace(year=today.year + 1)


def _day_before(month: int, day: int, limit: dt.date) -> dt.date:
    """Return the last such day before `limit`; 29 February only in leap years."""
    for year in range(limit.year, limit.year - 9, -1):
        try:
            found = dt.date(year, month, day)
        except ValueError:
            continue
        if found < limit:
            return found
    raise ValueError(f"{month}-{day} is no day of the year")


def _months_later(day: dt.date, months: int) -> dt.date:
    """Return the same day some months later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for number in range(day.day, 27, -1):
        try:
            return dt.date(year, month + 1, number)
        except ValueError:
            continue
    return dt.date(year, month + 1, day.day)


def _in_order(steps: Mapping[str, PlanStep], positions: Mapping[str, Tuple[int, int, str]]) -> Sequence[str]:
    """Return the codes, each after what it requires, and apart from that by phase and position.

    Where requirements go round in a circle (wrong data: the check of the data names it), position decides.
    """
    missing = {code: {one.procedure.code for one in step.requirements} for code, step in steps.items()}
    ready = [positions[code] for code, required in missing.items() if not required]
    heapq.heapify(ready)
    ordered: List[str] = []
    while len(ordered) < len(steps):
        if not ready:
            ready = [min(positions[code] for code in missing if code not in ordered)]
        code = heapq.heappop(ready)[2]
        ordered.append(code)
        for other, required in missing.items():
            if code in required:
                required.discard(code)
                if not required and other not in ordered:
                    heapq.heappush(ready, positions[other])
    return ordered
