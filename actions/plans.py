"""The personal plan: what a student has to do, in which order and until when; what comes next; what is done.

Who the student is stands in the slots that every topic shares (nationality, stay); term, arrival and what is done stand
in the slot `plan`. Nothing else is kept: erasing the conversation erases the plan.
"""

import re
from abc import abstractmethod
from dataclasses import replace
from typing import Any, Dict, Iterable, Mapping, Optional, Tuple

from actions.base import MobilityAction
from actions.facts import as_extra_paragraph, in_language
from actions.files import offer_file
from actions.formatting import format_texts
from actions.plan_wording import (
    provenance_of_details,
    provenance_of_steps,
    tell_audience,
    tell_details,
    tell_due,
    tell_name,
    tell_site,
    tell_steps,
)
from actions.questions import Question
from actions.replies import Attachment, Button, Outcome, Reply
from actions.school_day import school_today
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.plans import Plan, PlanCriteria, PlanStep, build_plan, procedures_done

TOPIC = "arrival"
MOST_CHOICES = 3
_WHO: Mapping[str, Tuple[str, ...]] = {"nationality": ("eu", "algeria", "non_eu"), "stay": ("exchange", "degree")}
_OPEN_AGAIN = "cancel_step_done"
_ASKING: Mapping[str, str] = {"nationality": "utter_plan_nationality_missing", "stay": "utter_plan_stay_missing"}
_TERMS = ("autumn", "spring", "year")
_PARTIAL_DATE = re.compile(r"\d{4}-\d{2}(-\d{2})?")


class PlanAction(MobilityAction):
    """An action that answers from the student's plan; asks for what is missing and matters."""

    criteria = ("nationality", "stay", "term", "date", "period")
    context = ("nationality", "stay")
    asks_for = criteria

    @abstractmethod
    def tell(self, session: Session, question: Question, state: "_State") -> Iterable[Reply]:
        """Answer from the plan, which nothing is missing for."""

    def take_over(self, question: Question, slots: Iterable[str]) -> Question:
        """Take over who the student is; the plan has a memory of its own for the rest."""
        return super().take_over(question, [slot for slot in slots if slot in self.context])

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Ask for the first thing that is missing, else answer from the plan."""
        state = self.changed(session, question, _State.of(question).corrected(question))
        missing = _ask(question, state)
        replies = [missing] if missing else self.tell(session, question, state)
        for reply in replies:
            yield replace(reply, slots={**reply.slots, "plan": state.as_slot(), **_known(question)})

    def plan_of(self, session: Session, question: Question) -> Plan:
        """Return the plan as the conversation and this question know it."""
        return _plan(session, question, _State.of(question).corrected(question))

    def changed(self, session: Session, question: Question, state: "_State") -> "_State":
        """Return the state with what this action changes."""
        return state

    def memory(self, question: Question) -> dict:
        """Let follow-ups find back; the slots of the criteria belong to other topics."""
        return {"topic_action": self.action_name, "topic_intent": question.intent}


class ActionShowPlan(PlanAction):
    """Show the whole plan, with its dates as a calendar file."""

    action_name = "action_show_plan"

    def tell(self, session: Session, question: Question, state: "_State") -> Iterable[Reply]:
        """Tell the steps phase by phase, and which one comes next."""
        plan = _plan(session, question, state)
        language, following = question.language, plan.next_step
        calendar = _calendar(plan, language)
        hints = [phrase("plan_calendar_hint", language)] if calendar else []
        if not plan.criteria.arrival:
            hints.append(phrase("plan_arrival_hint", language))
        if following:
            hints.append(phrase("plan_next_hint", language, name=in_language(following.procedure.name, language)))
        variables = {
            "audience": tell_audience(plan.criteria, language),
            "steps": tell_steps(plan, language),
            "hints": as_extra_paragraph(" ".join(hints)),
        }
        yield Reply(
            "utter_plan_shown", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
            provenance=provenance_of_steps(plan.steps), buttons=_buttons(following, language), attachments=calendar,
        )


class ActionShowNextStep(PlanAction):
    """Show the step that comes next."""

    action_name = "action_show_next_step"

    def tell(self, session: Session, question: Question, state: "_State") -> Iterable[Reply]:
        """Tell how the next step is done, until when, and what comes before it."""
        yield _tell_next(_plan(session, question, state), question)


class ActionRecordStep(PlanAction):
    """Tick a step off, or put it back; then tell what comes next."""

    action_name = "action_record_step"

    def changed(self, session: Session, question: Question, state: "_State") -> "_State":
        """Return the state with the steps meant as done or as open again; also while the plan is not complete yet."""
        meant = self._meant(session, question, state)
        others = tuple(code for code in state.done if code not in meant)
        return state.with_done(others if question.intent == _OPEN_AGAIN else (*others, *meant))

    def tell(self, session: Session, question: Question, state: "_State") -> Iterable[Reply]:
        """Say what was noted and tell what comes next; ask back where no step was named."""
        before = _State.of(question)
        changed = set(before.done) ^ set(state.done) or set(self._meant(session, question, before))
        plan = _plan(session, question, state)
        steps = [step for step in plan.steps if step.procedure.code in changed]
        if not steps:
            yield _which_step(plan, question)
            return
        names = [f"**{in_language(step.procedure.name, question.language)}**" for step in steps]
        noted = phrase(
            "plan_noted_open" if question.intent == _OPEN_AGAIN else "plan_noted_done", question.language,
            names=format_texts(names, question.language),
        )
        yield _tell_next(plan, question, f"{noted}\n\n")

    def _meant(self, session: Session, question: Question, state: "_State") -> Tuple[str, ...]:
        """Return the procedures that the message names; where it names none, the one talked about."""
        named = question.entities.get("procedure", ())
        meant = dict.fromkeys(procedures_done(session, words=question.text, codes=named))
        if meant or named:
            return tuple(meant)
        if question.slots.get("topic_action") not in PLAN_ACTIONS or not _is_complete(question, state):
            return ()
        if question.intent == _OPEN_AGAIN:
            return state.done[-1:]
        following = _plan(session, question, state).next_step
        return (following.procedure.code,) if following else ()


class _State:
    """What only the plan remembers of the student."""

    def __init__(self, term: Optional[str], arrival: Optional[str], done: Tuple[str, ...]) -> None:
        self.term, self.arrival, self.done = term, arrival, done

    @classmethod
    def of(cls, question: Question) -> "_State":
        """Read the slot."""
        slot: Mapping[str, Any] = question.slots.get("plan") or {}
        return cls(slot.get("term"), slot.get("arrival"), tuple(slot.get("done") or ()))

    def as_slot(self) -> Dict[str, Any]:
        """Return the value of the slot."""
        return {"term": self.term, "arrival": self.arrival, "done": list(self.done)}

    def with_done(self, done: Tuple[str, ...]) -> "_State":
        """Return the state with other steps done."""
        return _State(self.term, self.arrival, done)

    def corrected(self, question: Question) -> "_State":
        """Return the state with the term or arrival that the message names; the new displaces what it contradicts."""
        term, arrival = question.named_alone("term"), _named_date(question)
        if arrival:
            return _State(term if term in _TERMS else None, arrival, self.done)
        if term in _TERMS:
            arrival = self.arrival
            if arrival and PlanCriteria("", "", None, arrival).planned_term != {"year": "autumn"}.get(term, term):
                arrival = None
            return _State(term, arrival, self.done)
        return self

    def criteria_for(self, question: Question) -> PlanCriteria:
        """Return what the plan is worked out from; `question` names nationality and stay."""
        nationality, stay = (question.named(name) or "" for name in _WHO)
        return PlanCriteria(nationality, stay, self.term, self.arrival, self.done)


def _known(question: Question) -> Dict[str, Any]:
    """Return the slots that say who the student is, as far as the plan knows it."""
    return {name: question.named(name) for name in _WHO if question.named(name)}


def _named_date(question: Question) -> Optional[str]:
    """Return the day or month of arrival that the message names; of a stretch of time its beginning."""
    for entity in ("date", "period"):
        for value in question.entities.get(entity, ()):
            start = value.partition("/")[0]
            if _PARTIAL_DATE.fullmatch(start):
                return start
    return None


def _is_complete(question: Question, state: _State) -> bool:
    return _ask(question, state) is None


def _plan(session: Session, question: Question, state: _State) -> Plan:
    return build_plan(session, criteria=state.criteria_for(question), today=school_today())


def _ask(question: Question, state: _State) -> Optional[Reply]:
    """Return the question for the first thing that is missing, None where nothing is."""
    language = question.language
    intent = question.intent if question.intent in ("start_plan", "start_reminders") else "ask_next_step"
    for name, values in _WHO.items():
        if question.named(name) not in values:
            buttons = tuple(Button(phrase(f"audience_{value}", language), intent, {name: value}) for value in values)
            return Reply(_ASKING[name], topic=TOPIC, outcome=Outcome.CLARIFY, buttons=buttons)
    if question.named("stay") == "exchange" and not (state.term or state.arrival):
        buttons = tuple(Button(phrase(f"plan_term_{term}", language), intent, {"term": term}) for term in _TERMS)
        return Reply("utter_plan_term_missing", topic=TOPIC, outcome=Outcome.CLARIFY, buttons=buttons)
    return None


def _tell_next(plan: Plan, question: Question, noted: str = "") -> Reply:
    language, step = question.language, plan.next_step
    if step is None:
        return Reply(
            "utter_plan_finished", topic=TOPIC, outcome=Outcome.ANSWERED, variables={"noted": noted},
            provenance=provenance_of_steps(plan.steps),
        )
    variables = {
        "noted": noted,
        "name": tell_name(step, language),
        "when": tell_due(step, plan.criteria, language),
        "details": tell_details(step, plan, language),
        "site": tell_site(step, language),
        "left": str(len(plan.open_steps) - 1),
    }
    return Reply(
        "utter_plan_next_step", topic=TOPIC, outcome=Outcome.ANSWERED, variables=variables,
        provenance=provenance_of_details(step), buttons=_buttons(step, language)[1:] + _whole_plan(language),
        attachments=_calendar(plan, language),
    )


def _buttons(step: Optional[PlanStep], language: str) -> Tuple[Button, ...]:
    if step is None:
        return ()
    done = Button(phrase("plan_button_done", language), "report_step_done", {"procedure": step.procedure.code})
    return (Button(phrase("intent_ask_next_step", language), "ask_next_step"), done)


def _whole_plan(language: str) -> Tuple[Button, ...]:
    return (Button(phrase("plan_button_whole", language), "start_plan"),)


def _calendar(plan: Plan, language: str) -> Tuple[Attachment, ...]:
    """Return the calendar file; nothing where no step has a date to come."""
    dated = (due for step in plan.open_steps for due in step.due_dates if due.day and not due.has_passed)
    return offer_file("plan.ics", plan.criteria.as_claims(), language) if any(dated) else ()


def _which_step(plan: Plan, question: Question) -> Reply:
    steps = [step for step in plan.steps if step.is_done is (question.intent == _OPEN_AGAIN)]
    steps.sort(key=lambda step: step.is_optional)
    buttons = tuple(
        Button(in_language(step.procedure.name, question.language), question.intent, {"procedure": step.procedure.code})
        for step in steps[:MOST_CHOICES]
    )
    return Reply("utter_plan_step_unclear", topic=TOPIC, outcome=Outcome.CLARIFY, buttons=buttons)


PLAN_ACTIONS = tuple(action.action_name for action in (ActionShowPlan, ActionShowNextStep, ActionRecordStep))
