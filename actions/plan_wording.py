"""How a plan is told: its steps by phase, until when each is to be done, one step in detail."""

from itertools import groupby
from typing import Iterable, List, Optional, Tuple

from actions.facts import as_extra_paragraph, as_list, in_language, tell_day, tell_when
from actions.formatting import format_date, format_partial_date, format_texts
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.plans import DueDate, Plan, PlanCriteria, PlanStep
from bot.mobility.types import ProcedureStatement, Provenance

_ANYBODY = "any"
_DETAILS = ("step", "document")


def tell_audience(criteria: PlanCriteria, language: str) -> str:
    """Return who the plan is for: "Outside the EU, exchange, arrival in January 2027"."""
    parts = [phrase(f"audience_{criteria.nationality}", language), phrase(f"audience_{criteria.stay}", language)]
    if criteria.term:
        parts.append(phrase(f"plan_term_{criteria.term}", language))
    if criteria.arrival:
        parts.append(tell_arrival(criteria.arrival, language))
    return ", ".join(parts)


def tell_arrival(arrival: str, language: str) -> str:
    """Return "arrival on 12 January 2027", or only the month."""
    return phrase(f"plan_arrival_{_precision(arrival)}", language, when=format_partial_date(arrival, language))


def tell_steps(plan: Plan, language: str) -> str:
    """Return all steps, phase by phase."""
    parts: List[str] = []
    for number, (phase, steps) in enumerate(groupby(plan.steps, key=lambda step: step.phase), start=1):
        lines = "\n".join(f"- {_tell_line(step, plan.criteria, language)}" for step in steps)
        title = phrase(f"plan_phase_{phase}", language)
        parts.append(phrase("plan_phase", language, number=number, phase=title, steps=lines))
    return "\n\n".join(parts)


def tell_name(step: PlanStep, language: str) -> str:
    """Return the name of a step, and that not everybody needs it."""
    name = in_language(step.procedure.name, language)
    return phrase("plan_step_optional" if step.is_optional else "plan_step_needed", language, name=name)


def tell_due(step: PlanStep, criteria: PlanCriteria, language: str) -> str:
    """Return until when a step is to be done, or that no source states it."""
    told = [_tell_due_date(due, criteria, language) for due in step.due_dates]
    return format_texts(told, language) if told else phrase("plan_date_not_stated", language)


def tell_details(step: PlanStep, plan: Plan, language: str) -> str:
    """Return how a step is done, with what, what holds for this student in particular, and what comes before."""
    lines = [in_language(one.text, language) for aspect in _DETAILS for one in step.stating(aspect)]
    lines.extend(in_language(one.text, language) for one in _own_rules(step))
    open_codes = {one.procedure.code for one in plan.open_steps}
    for requirement in step.requirements:
        if requirement.procedure.code in open_codes:
            name, reason = in_language(requirement.procedure.name, language), localised(requirement.reason, language)
            lines.append(phrase("fact_done_before", language, procedure=name, reason=reason or ""))
    return as_list(lines)


def tell_site(step: PlanStep, language: str) -> str:
    """Return the address of the official service, as a paragraph; "" where there is none."""
    url = step.procedure.url
    return as_extra_paragraph(phrase("official_sites", language, urls=url)) if url else ""


def provenance_of_steps(steps: Iterable[PlanStep]) -> Tuple[Provenance, ...]:
    """Return where deadlines and procedures come from, the deadlines first."""
    steps = tuple(steps)
    due = [date.deadline.provenance for step in steps for date in step.due_dates]
    return (*due, *(step.procedure.provenance for step in steps))


def provenance_of_details(step: PlanStep) -> Tuple[Provenance, ...]:
    """Return where everything told of one step comes from."""
    due = [date.deadline.provenance for date in step.due_dates]
    told = [*(one for aspect in _DETAILS for one in step.stating(aspect)), *_own_rules(step)]
    return (*due, *(one.provenance for one in told), step.procedure.provenance)


def _tell_line(step: PlanStep, criteria: PlanCriteria, language: str) -> str:
    if step.is_done:
        return phrase("plan_line_done", language, name=in_language(step.procedure.name, language))
    line = tell_name(step, language)
    if step.due_dates or not step.is_optional:
        line = phrase("plan_line", language, name=line, when=tell_due(step, criteria, language))
    restriction = _restriction(step, language)
    return phrase("plan_line_restricted", language, line=line, restriction=restriction) if restriction else line


def _restriction(step: PlanStep, language: str) -> Optional[str]:
    """Return the first rule, on what not everybody needs, that holds for this nationality only: who has no right."""
    rules = [rule for rule in _own_rules(step) if rule.nationality != _ANYBODY]
    return in_language(rules[0].text, language) if step.is_optional and rules else None


def _own_rules(step: PlanStep) -> Tuple[ProcedureStatement, ...]:
    """Return the rules that hold for this kind of student in particular."""
    return tuple(rule for rule in step.stating("rule") if (rule.nationality, rule.stay) != (_ANYBODY, _ANYBODY))


def _tell_due_date(due: DueDate, criteria: PlanCriteria, language: str) -> str:
    if due.day is None:
        return tell_when(due.deadline, language)
    day = format_date(due.day, language)
    if due.is_counted:
        key = "plan_due_counted_passed" if due.has_passed else "plan_due_counted"
        rule = localised(due.deadline.rule, language) or ""
        arrival = tell_arrival(criteria.arrival or "", language)
        return phrase(key, language, day=day, rule=rule, arrival=arrival)
    told = tell_day(due.deadline, f"**{day}**", language)
    if not due.has_passed:
        return told
    if due.next_day is None:
        return phrase("plan_due_passed", language, when=told)
    following = tell_day(due.deadline, format_date(due.next_day, language), language)
    return phrase("plan_due_passed_next", language, when=told, following=following)


def _precision(arrival: str) -> str:
    return "day" if len(arrival) > len("YYYY-MM") else "month"
