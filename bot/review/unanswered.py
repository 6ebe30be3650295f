"""Questions without an answer, like ones together: what the staff should write or correct first.

A question counts when it was not understood, when the database knew nothing, when the student took none of the choices
asked back, or when the answer did not help; until staff have settled it.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from bot.review.database import session_scope
from bot.review.desk_models import Settled
from bot.review.log_models import Answer, Conversation, Message, QuestionVector
from bot.review.masking import mask
from bot.review.models import Feedback
from bot.review.words import fold

UNANSWERED = ("fallback", "not_known")
MOST_QUESTIONS = 1000
"""So many of the newest are looked at; what staff do not reach among them they will not reach beyond."""
MOST_UNHELPFUL = 500
"""So many of the newest answers that did not help are among them."""
ALIKE = 0.52
"""Least similarity to a group's mean for a question to join it: rewordings meet, topics do not mix."""
EXAMPLES = 5
Encode = Callable[[Sequence[Tuple[str, str]]], np.ndarray]
"""Vectors of questions, each given with its language; those of different languages compare."""


@dataclass(frozen=True)
class Question:
    """One question without an answer."""

    answer_id: int
    """Event of the answer that was none."""
    event_id: int
    """Event of the student's message."""
    conversation_id: str
    time: dt.datetime
    words: str
    """As the student wrote them; to be shown is `text`."""
    language: str
    topic: str
    why: str
    """fallback, not_known, refused or unhelpful."""
    intent: Optional[str]
    sources: Tuple[Mapping[str, Any], ...]
    comment: Optional[str]
    """What the student wrote beside "not helpful", masked."""

    @property
    def text(self) -> str:
        """The student's words, masked."""
        return mask(self.words)


@dataclass(frozen=True)
class QuestionGroup:
    """Like questions."""

    key: int
    """Of the oldest one; stays while newer ones join."""
    questions: Tuple[Question, ...]
    """Newest first."""

    @property
    def size(self) -> int:
        """How many there are."""
        return len(self.questions)

    @property
    def examples(self) -> Tuple[str, ...]:
        """Different wordings, the newest first."""
        different = {fold(question.words): question for question in reversed(self.questions)}
        return tuple(question.text for question in list(different.values())[::-1][:EXAMPLES])

    @property
    def languages(self) -> Mapping[str, int]:
        """How many in each language, the most frequent first."""
        return dict(Counter(question.language for question in self.questions).most_common())

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many for each reason."""
        return dict(Counter(question.why for question in self.questions).most_common())

    @property
    def intents(self) -> Mapping[str, int]:
        """As what they were understood."""
        return dict(Counter(question.intent for question in self.questions if question.intent).most_common())

    @property
    def topics(self) -> Mapping[str, int]:
        """The topics of the answers."""
        return dict(Counter(question.topic for question in self.questions).most_common())

    @property
    def latest(self) -> dt.datetime:
        """When the newest was asked."""
        return self.questions[0].time

    @property
    def sources(self) -> Tuple[Mapping[str, Any], ...]:
        """The sources that the answers quoted, each once."""
        found = {source.get("url"): source for question in self.questions for source in question.sources}
        return tuple(found.values())


def list_groups(
    session: Session, *, since: Optional[dt.datetime] = None, language: Optional[str] = None,
    why: Optional[str] = None, topic: Optional[str] = None,
) -> List[QuestionGroup]:  # fmt: skip
    """Return the groups, the largest first; groups of the same size by the newest question."""
    rows = _rows(session, since)
    vectors = _vectors(session, [row.event_id for row in rows])
    groups = _group(rows, vectors)
    kept = [
        group
        for group in groups
        if (language is None or language in group.languages)
        and (why is None or why in group.reasons)
        and (topic is None or topic in group.topics)
    ]
    return sorted(kept, key=lambda group: (group.size, group.latest), reverse=True)


def find_group(session: Session, key: int) -> Optional[QuestionGroup]:
    """Return the group of this key, or None when its questions are settled."""
    return next((group for group in list_groups(session) if group.key == key), None)


def add_missing_vectors(url: str, encode: Callable[[], Encode], most: int = 500) -> int:
    """Work out what new questions without an answer mean; `encode` is loaded only when there are any."""
    query = (
        select(Message.event_id, Message.text, Answer.language)
        .join(Answer, Answer.question_id == Message.event_id)
        .outerjoin(QuestionVector, QuestionVector.event_id == Message.event_id)
        .where(or_(Answer.outcome.in_(UNANSWERED), Answer.refused.is_(True)), QuestionVector.event_id.is_(None))
        .order_by(Message.event_id.desc())
        .limit(most)
        .distinct()
    )
    with session_scope(url) as session:
        missing = {event_id: (text, language) for event_id, text, language in session.execute(query)}
    if not missing:
        return 0
    vectors = encode()(list(missing.values()))
    with session_scope(url, writing=True) as session:
        # Some may have been erased meanwhile.
        kept = select(Message.event_id).where(Message.event_id.in_(missing))
        left = set(session.execute(kept).scalars())
        for event_id, vector in zip(missing, vectors, strict=True):
            if event_id in left:
                session.merge(QuestionVector(event_id=event_id, vector=np.asarray(vector, dtype=np.float32).tobytes()))
        session.commit()
    return len(missing)


def _rows(session: Session, since: Optional[dt.datetime]) -> List[Question]:
    question, shown = Message.__table__.alias("question"), Message.__table__.alias("shown")
    unhelpful = and_(
        Feedback.conversation_id == Conversation.id,
        Feedback.message_id == shown.c.message_id,
        Feedback.helpful.is_(False),
    )
    query = (
        select(
            Answer.event_id, Answer.question_id, Answer.time, Answer.language, Answer.topic, Answer.outcome,
            Answer.intent, Answer.sources, Answer.refused, question.c.text, Conversation.id, Feedback.comment,
        )
        .join(shown, shown.c.event_id == Answer.event_id)
        .join(question, question.c.event_id == Answer.question_id)
        .join(Conversation, Conversation.number == Answer.conversation)
        .outerjoin(Feedback, unhelpful)
        .where(Answer.event_id.in_(_candidates(session)))
        .order_by(Answer.event_id.desc())
    )
    if since is not None:
        query = query.where(Answer.time >= since)
    return [
        Question(
            answer_id=row.event_id, event_id=row.question_id, conversation_id=row.id, time=row.time, words=row.text,
            language=row.language, topic=row.topic, why=_reason(row), intent=row.intent,
            sources=tuple(row.sources or ()), comment=mask(row.comment) if row.comment else None,
        )
        for row in session.execute(query)
    ]  # fmt: skip


def _candidates(session: Session) -> List[int]:
    """Return the answers that were none and are not settled: short walks through indexes instead of one long one."""
    settled = select(Settled.event_id).where(Settled.event_id == Answer.event_id).exists()
    newest = select(Answer.event_id).where(~settled).order_by(Answer.event_id.desc()).limit(MOST_QUESTIONS)
    kinds = [*(Answer.outcome == outcome for outcome in UNANSWERED), Answer.refused.is_(True)]
    ids = {event_id for kind in kinds for event_id in session.execute(newest.where(kind)).scalars()}
    ids |= set(session.execute(newest.where(Answer.event_id.in_(_unhelpful(session)))).scalars())
    return sorted(ids, reverse=True)[:MOST_QUESTIONS]


def _unhelpful(session: Session) -> List[int]:
    """Return the messages that were said last not to help: by their conversations, which have an index."""
    query = select(Feedback.conversation_id, Feedback.message_id).where(Feedback.helpful.is_(False))
    opinions = session.execute(query.order_by(Feedback.given_at.desc()).limit(MOST_UNHELPFUL)).all()
    names = {conversation_id for conversation_id, _ in opinions}
    numbers = dict(
        session.execute(select(Conversation.id, Conversation.number).where(Conversation.id.in_(names))).all()
    )
    messages = select(Message.conversation, Message.message_id, Message.event_id).where(
        Message.conversation.in_(list(numbers.values())), Message.message_id.in_([message for _, message in opinions])
    )
    events = {(number, message_id): event_id for number, message_id, event_id in session.execute(messages)}
    found = (events.get((numbers.get(name), message_id)) for name, message_id in opinions)
    return [event_id for event_id in found if event_id is not None]


def _reason(answer: Any) -> str:
    if answer.outcome in UNANSWERED:
        return answer.outcome
    return "refused" if answer.refused else "unhelpful"


def _vectors(session: Session, event_ids: Sequence[int]) -> Dict[int, np.ndarray]:
    query = select(QuestionVector.event_id, QuestionVector.vector)
    if event_ids:
        query = query.where(QuestionVector.event_id.between(min(event_ids), max(event_ids)))
    return {event_id: np.frombuffer(vector, dtype=np.float32) for event_id, vector in session.execute(query)}


@dataclass(eq=False)
class _Growing:
    """A group that is being made."""

    total: Optional[np.ndarray]
    members: List[Question] = field(default_factory=list)


class _Meanings:
    """The groups that have a meaning, with the mean vectors of their questions."""

    def __init__(self) -> None:
        self._groups: List[_Growing] = []
        self._means = np.zeros((16, 0), dtype=np.float32)

    def find(self, vector: np.ndarray) -> Optional[_Growing]:
        """Return the group that is most like the question, or None where none is like it enough."""
        if not self._groups:
            return None
        likeness = self._means[: len(self._groups)] @ vector
        best = int(np.argmax(likeness))
        return self._groups[best] if likeness[best] >= ALIKE else None

    def add(self, group: _Growing, vector: np.ndarray) -> None:
        """Let the question's vector count for its group."""
        if group not in self._groups:
            self._groups.append(group)
            if not self._means.size:
                self._means = np.zeros((16, len(vector)), dtype=np.float32)
            elif len(self._groups) > len(self._means):
                self._means = np.concatenate([self._means, np.zeros_like(self._means)])
        group.total = vector if group.total is None else group.total + vector
        self._means[self._groups.index(group)] = group.total / np.linalg.norm(group.total)


def _group(questions: Sequence[Question], vectors: Mapping[int, np.ndarray]) -> List[QuestionGroup]:
    """Put each question, the oldest first, to the group that it belongs to; else it begins one.

    What was understood belongs together by its intent, the rest by its meaning, both in all languages.
    """
    groups: List[_Growing] = []
    by_name: Dict[str, _Growing] = {}
    meanings = _Meanings()
    for question in reversed(questions):
        vector = vectors.get(question.event_id)
        name = _name(question)
        group = by_name.get(name)
        if group is None and vector is not None and question.why != "not_known":
            group = meanings.find(vector)
        if group is None:
            group = _Growing(None)
            groups.append(group)
        by_name[name] = group
        group.members.append(question)
        if vector is not None and question.why != "not_known":
            meanings.add(group, vector)
    return [QuestionGroup(group.members[0].answer_id, tuple(reversed(group.members))) for group in groups]


def _name(question: Question) -> str:
    """Return what questions share that belong together without a look at their meaning."""
    if question.why == "not_known" and question.intent:
        return f"intent {question.intent}"
    return f"{question.language} {' '.join(fold(question.words).split())}"
