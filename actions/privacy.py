"""What is kept of a conversation, for how long, who may read it, and how it is erased."""

from typing import Iterable, List

from actions.base import MobilityAction
from actions.formatting import format_texts
from actions.offices import office_variables
from actions.questions import Question
from actions.replies import Outcome, Reply
from actions.wording import phrase
from bot.mobility.database import Session
from bot.settings import Settings

_PAGE = "web"
"""The channel with a menu; on the others what can be done is written."""
_STUDENT = {"nationality": ("eu", "algeria", "non_eu"), "stay": ("exchange", "degree")}
"""What is remembered of who the student is: slots with their values."""
_PLANS = ("plan", "course_plan")
"""Slots in which the student's own work is remembered."""


class ActionShowPrivacy(MobilityAction):
    """Tell what is kept and remembered of the student, who reads it, how to erase it, and whom to ask."""

    action_name = "action_show_privacy"
    follow_up = False

    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Answer from the settings, from what is remembered, and from the office's entry."""
        language = question.language
        office, provenance = office_variables(session, language)
        place = "page" if question.channel == _PAGE else "messenger"
        yield Reply(
            "utter_privacy", topic="greeting_smalltalk", outcome=Outcome.ANSWERED,
            variables={
                "time": _tell_time(Settings.from_environment().retention_months, language),
                "remembered": _tell_remembered(question),
                "readers": phrase(f"privacy_readers_{place}", language),
                "erasing": phrase(f"privacy_erasing_{place}", language),
                "office_name": office["office_name"],
                "office_email": office["office_email"],
            },
            desk_provenance=provenance,
        )  # fmt: skip


def _tell_time(months: int, language: str) -> str:
    if not months:
        return phrase("privacy_time_unlimited", language)
    return phrase("privacy_time_one" if months == 1 else "privacy_time_months", language, months=str(months))


def _tell_remembered(question: Question) -> str:
    """Return what the student has told that later answers are chosen by."""
    told: List[str] = []
    for slot, values in _STUDENT.items():
        for value in set(question.remembered(slot)).intersection(values):
            audience = phrase(f"audience_{value}", question.language)
            told.append(phrase(f"privacy_{slot}", question.language, value=audience))
    told += [phrase(f"privacy_{slot}", question.language) for slot in _PLANS if question.slots.get(slot)]
    if not told:
        return phrase("privacy_remembered_nothing", question.language)
    return phrase("privacy_remembered", question.language, told=format_texts(told, question.language))
