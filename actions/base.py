"""What all actions share: the database session in a thread, the memory for follow-ups, the way a reply is uttered.

How follow-ups work for every topic without special cases:

* `criteria` names the entities that an action answers by. What the question named of them is remembered in the slots
  of the same name. After "courses in English in semester 9", the follow-up "and in semester 8?" runs the same action
  again; its question then names semester 8 and course_language en.
* `context` names those criteria that are taken over from the conversation even when a new question names none
  ("what is included?" after the price of a residence). `question.named("residence")` covers both.
* `ListAction` adds pages ("more") and "the second one"; `FoldingAction` only pages, for answers longer than a message
  should be. A list outlives a folded answer: after it the second course is still the second course.

An action reads `question.named(...)` / `question.entities` only; it neither reads nor sets these slots itself.
"""

import asyncio
import inspect
import json
import logging
from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from typing import Any, Dict, Hashable, Iterable, List, Mapping, Optional, Tuple

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.utils import all_subclasses

from actions.found_texts import answer_by_article
from actions.intent_topics import topic_of
from actions.questions import Question
from actions.replies import Button, Outcome, Reply
from actions.wording import phrase, responses_naming
from bot.errors import DatabaseUnavailableError
from bot.languages import localised
from bot.mobility.database import Session, session_scope
from bot.mobility.freshness import is_stale
from bot.mobility.institution import home_institution
from bot.mobility.types import Provenance

logger = logging.getLogger(__name__)
_WHO = ("nationality", "stay")


@dataclass(frozen=True)
class Turn:
    """What one run of an action says and what it remembers."""

    replies: Tuple[Reply, ...]
    memory: Mapping[str, Any]
    """Slots to set; None forgets."""
    events: Tuple[Mapping[str, Any], ...] = ()
    """Further events for Rasa, reminders for one."""


class MobilityAction(Action, ABC):
    """An action that answers from the mobility database. Subclasses say what; this says how."""

    action_name: str
    follow_up = True
    """Whether "and in semester 8?" or "in French please" may refer to this action."""
    criteria: Tuple[str, ...] = ()
    """Entities that this action answers by: remembered, and what a follow-up may change."""
    context: Tuple[str, ...] = ()
    """Those of `criteria` that a new question takes over from the conversation when it names none."""
    asks_for: Tuple[str, ...] = ()
    """Those of `criteria` that a bare "Brazil" or "TU Munich", said right after this action asked, is the answer to."""
    guesses: Tuple[str, ...] = ()
    """Entities that `read` makes of words that nobody knows; in a follow-up they count where nothing else fits."""
    page_slot = "page"
    """Where the page shown is remembered, for actions that have pages."""
    displaces: Mapping[str, Tuple[str, ...]] = {}
    """What was said before and a criterion named now puts out of force, e.g. {"semester": ("study_year", "term")}."""

    def name(self) -> str:
        """Return the name under which the domain lists the action."""
        return self.action_name

    @abstractmethod
    def answer(self, session: Session, question: Question) -> Iterable[Reply]:
        """Answer from the database; called in a thread of its own. Raises DatabaseUnavailableError when it is away."""

    def read(self, session: Session, question: Question) -> Question:
        """Return the question with what only this action reads out of its text (the course search: keywords)."""
        return question

    def respond(self, session: Session, question: Question) -> Turn:
        """Answer a question of its own."""
        return self.respond_by_criteria(session, self.take_over(self.read(session, question), self.context))

    def take_over(self, question: Question, slots: Iterable[str]) -> Question:
        """Return the question with what was said before, but for what it names itself or puts out of force."""
        displaced = {slot for criterion in question.entities for slot in self.displaces.get(criterion, ())}
        return question.taking_over(slot for slot in slots if slot not in displaced)

    def respond_by_criteria(self, session: Session, question: Question) -> Turn:
        """Answer a question whose criteria are complete, and remember them."""
        replies = tuple(self.answer(session, question))
        memory = self.memory(question)
        for reply in replies:
            memory.update(reply.slots)
        return Turn(replies, memory)

    def memory(self, question: Question) -> dict:
        """Return the slots by which a follow-up finds back to this answer."""
        if not self.follow_up:
            return {}
        named = {criterion: list(question.entities.get(criterion, ())) or None for criterion in self.criteria}
        # Who a student is holds for the whole conversation, whatever a question names.
        named = {name: values for name, values in named.items() if values or name not in _WHO}
        return {"topic_action": self.action_name, "topic_intent": question.intent, **named}

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Mapping[str, Any]) -> List[Any]:
        """Utter the replies and return the slots whose value changes."""
        question = Question.from_tracker(tracker)
        # The database is synchronous; on the loop it would hold up every other conversation.
        turn = await asyncio.get_running_loop().run_in_executor(None, self._respond, question)
        for reply in turn.replies:
            utter(dispatcher, reply, question.language)
        # Only what changes: each event is checked, kept and read again with the conversation.
        changed = {name: value for name, value in turn.memory.items() if tracker.slots.get(name) != value}
        return [*(SlotSet(name, value) for name, value in changed.items()), *turn.events]

    def _respond(self, question: Question) -> Turn:
        try:
            with session_scope() as session:
                turn = _press(session, question) or _correct(session, question) or self.respond(session, question)
                turn = _told_by_article(session, question, turn)
                return replace(turn, replies=_naming_school(session, question, turn.replies))
        except DatabaseUnavailableError:
            logger.exception("The mobility database does not answer.")
            unavailable = Reply("utter_database_unavailable", topic="out_of_scope", outcome=Outcome.FALLBACK)
            return Turn((unavailable,), {})


class ListAction(MobilityAction, ABC):
    """An action that shows a list, one page at a time: "more" and "the second one" refer to it until the next list."""

    page_size = 5
    item_entity: str
    """Entity that names one row of the list: "the second one" becomes this entity ..."""
    item_action: str
    """... and this action answers."""
    item_intent: str
    """The intent that `item_action` answers."""

    @abstractmethod
    def items(self, session: Session, question: Question) -> Tuple[str, ...]:
        """Return the codes shown on page `question.page` of the list, in their order."""

    def memory(self, question: Question) -> dict:
        """Remember the list besides its criteria."""
        return {
            **super().memory(question),
            "list_action": self.action_name,
            "list_intent": question.intent,
            self.page_slot: question.page,
        }


class FoldingAction(MobilityAction, ABC):
    """An action whose answers may be longer than one message: "more", said right after, tells the rest."""

    page_slot = "answer_page"

    @abstractmethod
    def has_page(self, session: Session, question: Question) -> bool:
        """Tell whether the answer has a page `question.page`."""

    def memory(self, question: Question) -> dict:
        """Remember the page besides the criteria."""
        return {**super().memory(question), self.page_slot: question.page}


def _told_by_article(session: Session, question: Question, turn: Turn) -> Turn:
    """Return the turn with the article of the staff in place of "not known", where one speaks of what is asked."""
    if not question.text or not turn.replies or any(reply.outcome is not Outcome.NOT_KNOWN for reply in turn.replies):
        return turn
    article = answer_by_article(session, question)
    return Turn((article,), turn.memory) if article else turn


def _naming_school(session: Session, question: Question, replies: Iterable[Reply]) -> Tuple[Reply, ...]:
    """Return the replies with the name of the school among their variables: any response may say {school}."""
    replies = tuple(replies)
    if responses_naming("school").isdisjoint(reply.response for reply in replies):
        return replies
    home = home_institution(session)
    school = localised(home.name, question.language) if home else ""
    return tuple(replace(reply, variables={"school": school or "", **reply.variables}) for reply in replies)


def _press(session: Session, question: Question) -> Optional[Turn]:
    """Answer a choice that was typed as if it had been pressed."""
    # Two actions follow a wish for another language: both would press.
    is_typed = question.choice is not None and question.intent != "change_language"
    pressing = find_action("action_show_pending_choice") if is_typed else None
    return pressing.respond(session, question) if pressing else None


def _correct(session: Session, question: Question) -> Optional[Turn]:
    """Return the last answer for what the student says to mean instead; ask where they name nothing that is known."""
    if not question.is_correction or find_action(question.slots.get("topic_action")) is None:
        return None
    follow_up = find_action("action_follow_up")
    if follow_up is None or not set(question.denied) - question.entities.keys():
        return follow_up.respond(session, replace(question, intent="change_criteria")) if follow_up else None
    topic = topic_of(question.slots.get("topic_intent") or "")
    return Turn((Reply("utter_correction_unknown", topic=topic, outcome=Outcome.CLARIFY),), {})


def find_action(name: Optional[str]) -> Optional[MobilityAction]:
    """Return the action that the domain lists as `name`, or None."""
    # The action server has imported every module under actions/ when the first message comes in.
    for kind in all_subclasses(MobilityAction):
        if not inspect.isabstract(kind) and kind.action_name == name:
            return kind()
    return None


def utter(dispatcher: CollectingDispatcher, reply: Reply, language: str) -> None:
    """Send `reply` to Rasa, with its notes, sources, cards, files and buttons.

    Rasa fills the text of the response key with the variables; a `custom` part of the key itself gives way to ours.
    """
    stale = {_source_key(provenance) for provenance in reply.provenance if _is_stale(provenance)}
    answer = {
        "topic": reply.topic,
        "outcome": reply.outcome.value,
        "language": language,
        "sources": [
            {**_source(provenance, language), "stale": key in stale}
            for key, provenance in _distinct((*reply.provenance, *reply.desk_provenance)).items()
        ],
    }
    dispatcher.utter_message(
        response=reply.response,
        buttons=[{"title": button.title, "payload": payload(button)} for button in reply.buttons],
        json_message={
            "answer": answer,
            "cards": [card.as_json() for card in reply.cards],
            "attachments": [attachment.as_json() for attachment in reply.attachments],
        },
        notes=_notes(reply, language),
        **reply.variables,
    )


def payload(button: Button) -> str:
    """Return what pressing `button` sends to Rasa."""
    entities = json.dumps(dict(button.entities), ensure_ascii=False) if button.entities else ""
    return f"/{button.intent}{entities}"


def _distinct(provenances: Iterable[Provenance]) -> Dict[Hashable, Provenance]:
    return {_source_key(provenance): provenance for provenance in provenances}


def _source_key(provenance: Provenance) -> Hashable:
    return provenance.url, provenance.as_of, provenance.sample, tuple(provenance.title.items())


def _is_stale(provenance: Provenance) -> bool:
    return not provenance.sample and is_stale(provenance)


def _source(provenance: Provenance, language: str) -> Mapping[str, Any]:
    return {
        "title": localised(provenance.title, language),
        "url": provenance.url,
        "as_of": provenance.as_of,
        "verified_on": provenance.verified_on,
        "sample": provenance.sample,
    }


def _notes(reply: Reply, language: str) -> str:
    notes = []
    if any(provenance.sample for provenance in (*reply.provenance, *reply.desk_provenance)):
        notes.append(phrase("note_sample", language))
    if any(map(_is_stale, reply.provenance)):
        notes.append(phrase("note_stale", language))
    return "".join(f"\n\n{note}" for note in notes)
