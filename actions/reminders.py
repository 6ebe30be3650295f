"""Reminders of what a student must do until a certain day: opted into, told when due, ended with one word.

Rasa's reminders carry them: `ReminderScheduled` stands in the conversation's log, so erasing the conversation ends them
and the server finds them again after a restart (bot/channels/reminders.py).
"""

import datetime as dt
from dataclasses import replace
from typing import Any, Iterable, Iterator, Mapping, NamedTuple, Tuple

from rasa_sdk.events import ReminderCancelled, ReminderScheduled

from actions.base import MobilityAction, Turn
from actions.facts import in_language
from actions.plan_wording import provenance_of_steps, tell_due
from actions.plans import TOPIC, PlanAction
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.school_day import school_now
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.plans import Plan, PlanStep

DAYS_BEFORE = (7, 1)
HOUR = 9
"""At the school: a message in the night helps nobody."""
_INTENT = "start_reminders"
_PAGE = "web"
"""The channel on which nothing reaches a student who has closed the page."""


class Due(NamedTuple):
    """A step that has to be done by a day to come."""

    step: PlanStep
    day: dt.date


class ActionStartReminders(PlanAction):
    """Schedule reminders; when Rasa calls again because one is due, tell it."""

    action_name = "action_start_reminders"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Tell what the student will be reminded of, and schedule it."""
        if question.is_reminder:
            return Turn(tuple(self._remind(session, question)), {})
        if question.channel == _PAGE:
            return Turn((Reply("utter_reminders_elsewhere", topic=TOPIC, outcome=Outcome.ANSWERED),), {})
        turn = super().respond(session, question)
        if not any(reply.response == "utter_reminders_set" for reply in turn.replies):
            return turn
        plan = self.plan_of(session, self.take_over(question, self.context))
        return replace(turn, events=tuple(_scheduled(plan, question.conversation)))

    def tell(self, session: Session, question: Question, state: Any) -> Iterable[Reply]:
        """Name the steps that have a day to come."""
        plan = self.plan_of(session, question)
        due = due_steps(plan)
        if not due:
            yield Reply("utter_reminders_nothing", topic=TOPIC, outcome=Outcome.ANSWERED)
            return
        steps = [one.step for one in due]
        yield Reply(
            "utter_reminders_set", topic=TOPIC, outcome=Outcome.ANSWERED,
            variables={"steps": "\n".join(_line(step, plan, question.language) for step in steps)},
            provenance=provenance_of_steps(steps),
        )

    def _remind(self, session: Session, question: Question) -> Iterator[Reply]:
        """Tell a step that is due soon; nothing where it is done, or no longer due, since facts and plans change."""
        taken = self.take_over(question, self.context)
        if any(not taken.named(name) for name in ("nationality", "stay")):
            return
        plan, code = self.plan_of(session, taken), question.named("procedure")
        for one in due_steps(plan):
            if one.step.procedure.code == code:
                language = question.language
                yield Reply(
                    "utter_reminder_due", topic=TOPIC, outcome=Outcome.ANSWERED,
                    variables={
                        "name": in_language(one.step.procedure.name, language),
                        "when": tell_due(one.step, plan.criteria, language),
                    },
                    provenance=provenance_of_steps((one.step,)),
                    buttons=(Button(phrase("plan_button_done", language), "report_step_done", {"procedure": code}),),
                )


class ActionCancelReminders(MobilityAction):
    """End all reminders of the conversation."""

    action_name = "action_cancel_reminders"
    follow_up = False

    def respond(self, session: Session, question: Question) -> Turn:
        """Say so and cancel them."""
        return replace(super().respond(session, question), events=(ReminderCancelled(),))

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Say that no more will come."""
        yield Reply("utter_reminders_cancelled", topic=TOPIC, outcome=Outcome.ANSWERED)


def due_steps(plan: Plan) -> Tuple[Due, ...]:
    """Return what everybody must do, is not done yet, and has a day to come; the earliest first."""
    today = school_now().date()
    due = []
    for step in plan.open_steps:
        days = [one.last_day for one in step.due_dates if one.last_day and not one.has_passed and one.last_day >= today]
        if days and not step.is_optional:
            due.append(Due(step, min(days)))
    return tuple(sorted(due, key=lambda one: one.day))


def _scheduled(plan: Plan, conversation: str) -> Iterator[Mapping[str, Any]]:
    now = school_now()
    for due in due_steps(plan):
        for days in DAYS_BEFORE:
            day = due.day - dt.timedelta(days=days)
            moment = dt.datetime.combine(day, dt.time(HOUR), tzinfo=now.tzinfo)
            if moment > now:
                code = due.step.procedure.code
                yield ReminderScheduled(
                    _INTENT, moment, entities={"procedure": code}, name=f"{conversation} {code} {day}",
                    kill_on_user_message=False,
                )


def _line(step: PlanStep, plan: Plan, language: str) -> str:
    name = in_language(step.procedure.name, language)
    return phrase("reminder_line", language, name=name, when=tell_due(step, plan.criteria, language))
