"""Writes the events of a batch into the log: conversations, messages, answers, handoffs, tallies."""

import datetime as dt
from typing import Any, Callable, Dict, List, Mapping, Optional, Set

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.review.log_models import Answer, Conversation, Handoff, Message
from bot.review.masking import EMAIL
from bot.review.projection.tallies import Tallies
from bot.review.projection.tracker_log import StoredEvent

Shown = Mapping[str, Any]
"""A message of the chat API."""
PREVIEW_LENGTH = 200
ALTERNATIVES = 4
ASKED_AGAIN = ("clarify", "fallback")
PARTS = ("buttons", "cards", "attachments")


class ConversationWriter:
    """Writes events in their order; `finish` returns the conversations that have changed."""

    def __init__(self, session: Session, shown: Callable[[Mapping[str, Any]], Optional[Shown]]):
        self._session = session
        self._shown = shown
        self._conversations: Dict[str, Conversation] = {}
        self._tallies = Tallies()
        self._changed: Set[int] = set()

    def write(self, event: StoredEvent) -> None:
        """Write one event, where the log shows its kind."""
        if event.kind == "pause":
            self._take_over(event)
        elif event.kind == "resume":
            self._give_back(event)
        elif event.kind in ("user", "bot"):
            shown = self._shown(event.data)
            if shown is not None:
                self._write_message(event, shown)

    def finish(self) -> List[int]:
        """Write what is still in memory."""
        self._session.flush()
        self._tallies.write(self._session)
        return sorted(self._changed)

    def _write_message(self, event: StoredEvent, shown: Shown) -> None:
        conversation = self._conversation(event)
        message = Message(
            event_id=event.id, conversation=conversation.number, time=_moment(event.timestamp),
            message_id=self._message_id(conversation, shown["id"]), sender=shown["sender"], text=shown["text"],
            shown={part: shown[part] for part in PARTS if shown.get(part)} or None,
        )  # fmt: skip
        conversation.messages += 1
        conversation.last_activity = max(conversation.last_activity, message.time)
        self._tallies.count_message(event.timestamp, message.sender)
        if message.sender == "student":
            self._read_student(event, conversation, message)
        else:
            message.details = _staff_details(event.data) if message.sender == "staff" else None
        # Written before an answer that refers to it.
        self._session.add(message)
        self._session.flush()
        if message.sender == "staff":
            self._note_reply(conversation, message)
        elif shown.get("answer"):
            self._write_answer(event, conversation, shown["answer"])
        self._changed.add(conversation.number)

    def _read_student(self, event: StoredEvent, conversation: Conversation, message: Message) -> None:
        understood = event.data.get("parse_data") or {}
        intent = understood.get("intent") or {}
        message.intent, message.confidence = intent.get("name"), intent.get("confidence")
        message.details = _student_details(event.data, understood)
        by_choice = "choice" in message.details
        if message.confidence is not None and not by_choice:
            lowest = conversation.lowest_confidence
            conversation.lowest_confidence = message.confidence if lowest is None else min(lowest, message.confidence)
        if conversation.student_messages == 0:
            self._tallies.count_conversation("student", event.timestamp, conversation.channel)
        conversation.student_messages += 1
        conversation.preview = message.text[:PREVIEW_LENGTH]
        handoff = self._open_handoff(conversation)
        address = EMAIL.search(message.text)
        if handoff is not None and address:
            handoff.email = address.group()[:254]

    def _write_answer(self, event: StoredEvent, conversation: Conversation, answer: Mapping[str, Any]) -> None:
        question = self._latest(Message, conversation, Message.sender == "student", before=event.id)
        self._note_refusal(event, conversation, question, answer["outcome"])
        self._session.add(
            Answer(
                event_id=event.id, conversation=conversation.number, time=_moment(event.timestamp),
                question_id=question.event_id if question else None, topic=answer["topic"], outcome=answer["outcome"],
                language=answer["language"], response=(event.data.get("metadata") or {}).get("utter_action"),
                intent=question.intent if question else None, confidence=question.confidence if question else None,
                sources=[dict(source) for source in answer.get("sources") or ()] or None,
                latency=round(event.timestamp - question.time.timestamp(), 3) if question else None,
                refused=False,
            )
        )  # fmt: skip
        conversation.language = answer["language"]
        self._tallies.count_answer(event.timestamp, answer["language"], answer["topic"], answer["outcome"])
        if answer["outcome"] == "handed_over" and self._open_handoff(conversation) is None:
            reason = "distress" if answer["topic"] == "emergency" else "person"
            address = EMAIL.search(question.text) if question else None
            self._session.add(
                Handoff(
                    event_id=event.id, conversation=conversation.number, reason=reason,
                    requested_at=_moment(event.timestamp), email=address.group()[:254] if address else None,
                )
            )  # fmt: skip
            self._session.flush()

    def _note_refusal(
        self, event: StoredEvent, conversation: Conversation, question: Optional[Message], outcome: str
    ) -> None:
        """Mark a question that was asked back when the student takes none of its choices and gets no further."""
        if question is None or "choice" in (question.details or {}):
            return
        asked = self._latest(Answer, conversation, before=question.event_id)
        if asked is not None and asked.outcome == "clarify":
            asked.refused = asked.refused or question.intent == "deny" or outcome in ASKED_AGAIN

    def _take_over(self, event: StoredEvent) -> None:
        conversation = self._conversation(event)
        handoff = self._open_handoff(conversation)
        if handoff is None:
            handoff = Handoff(
                event_id=event.id, conversation=conversation.number, reason="staff",
                requested_at=_moment(event.timestamp),
            )  # fmt: skip
            self._session.add(handoff)
        if handoff.taken_at is None:
            handoff.taken_at = _moment(event.timestamp)
            handoff.taken_by = (event.data.get("metadata") or {}).get("staff")
        self._changed.add(conversation.number)
        self._session.flush()

    def _give_back(self, event: StoredEvent) -> None:
        conversation = self._conversation(event)
        handoff = self._open_handoff(conversation)
        if handoff is not None:
            handoff.ended_at = _moment(event.timestamp)
            self._session.flush()
        self._changed.add(conversation.number)

    def _note_reply(self, conversation: Conversation, message: Message) -> None:
        handoff = self._open_handoff(conversation)
        notice = (message.details or {}).get("notice")
        if handoff is not None and handoff.replied_at is None and not notice:
            handoff.replied_at = message.time

    def _conversation(self, event: StoredEvent) -> Conversation:
        found = self._conversations.get(event.conversation_id)
        if found is None:
            query = select(Conversation).where(Conversation.id == event.conversation_id)
            found = self._session.execute(query).scalars().first()
        moment = _moment(event.timestamp)
        if found is None:
            found = Conversation(
                id=event.conversation_id, channel=_channel(event), started_at=moment, last_activity=moment, messages=0,
                student_messages=0, preview="",
            )  # fmt: skip
            self._session.add(found)
            self._session.flush()
            self._tallies.count_conversation("conversation", event.timestamp, found.channel)
        elif found.messages == 0 and event.conversation_id not in self._conversations:  # the log is being rebuilt
            found.started_at = found.last_activity = moment
            self._tallies.count_conversation("conversation", event.timestamp, found.channel)
        self._conversations[event.conversation_id] = found
        return found

    def _open_handoff(self, conversation: Conversation) -> Optional[Handoff]:
        return self._latest(Handoff, conversation, Handoff.ended_at.is_(None))

    def _latest(self, table: Any, conversation: Conversation, *conditions: Any, before: Optional[int] = None) -> Any:
        query = select(table).where(table.conversation == conversation.number, *conditions)
        if before is not None:
            query = query.where(table.event_id < before)
        return self._session.execute(query.order_by(table.event_id.desc()).limit(1)).scalars().first()

    def _message_id(self, conversation: Conversation, first: str) -> str:
        """Return the id that the chat API gives the message: the next where several fall into one microsecond."""
        taken = select(Message.message_id).where(
            Message.conversation == conversation.number, Message.message_id.startswith(first[:16])
        )
        used = len(self._session.execute(taken).all())
        return f"{first[:16]}{used:02d}"


def _channel(event: StoredEvent) -> str:
    """Return the channel: messages name it; what the bot says before any belongs to the id's beginning."""
    named = event.data.get("input_channel")
    if named:
        return str(named)[:40]
    prefix, dash, _ = event.conversation_id.partition("-")
    return prefix[:40] if dash else "web"


def _student_details(event: Mapping[str, Any], understood: Mapping[str, Any]) -> Dict[str, Any]:
    details: Dict[str, Any] = {
        "alternatives": [
            [other.get("name"), round(other.get("confidence") or 0.0, 4)]
            for other in (understood.get("intent_ranking") or [])[1 : ALTERNATIVES + 1]
        ],
        "entities": [[entity["entity"], entity.get("value")] for entity in understood.get("entities") or []],
    }
    if (event.get("metadata") or {}).get("title"):
        details["choice"] = event.get("text")
    return details


def _staff_details(event: Mapping[str, Any]) -> Dict[str, Any]:
    metadata = event.get("metadata") or {}
    return {name: metadata[name] for name in ("staff", "notice") if metadata.get(name)}


def _moment(timestamp: float) -> dt.datetime:
    return dt.datetime.fromtimestamp(timestamp, dt.timezone.utc)
