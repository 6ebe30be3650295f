"""Tables of the conversation log. All of it is projected from the tracker store and can be built anew from there.

`event_id` is the id of the event in the tracker store's table `events`.
"""

from sqlalchemy import JSON, Boolean, Column, Date, Float, ForeignKey, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy import UniqueConstraint as Unique

from bot.databases import Moment
from bot.review.columns import LargeNumber
from bot.review.models import Base

CONVERSATION_ID_LENGTH = 255
"""That of Rasa's own column."""


def _of_conversation(**options: bool) -> Column:
    return Column(
        "conversation", LargeNumber, ForeignKey("conversation.number", ondelete="CASCADE"), nullable=False, **options
    )


class Conversation(Base):
    """One conversation, with what the inbox shows of it."""

    __tablename__ = "conversation"

    number = Column(LargeNumber, primary_key=True)
    """Short, for the joins of large tables; kept when the log is rebuilt."""
    id = Column(String(CONVERSATION_ID_LENGTH), nullable=False, unique=True)
    """The id by which Rasa and the channels know the conversation."""
    channel = Column(String(40), nullable=False)
    language = Column(String(5))
    """Of the latest answer."""
    started_at = Column(Moment, nullable=False)
    last_activity = Column(Moment, nullable=False)
    messages = Column(Integer, nullable=False, default=0)
    student_messages = Column(Integer, nullable=False, default=0)
    lowest_confidence = Column(Float)
    """Of all messages that were understood."""
    preview = Column(Text, nullable=False, default="")
    """The student's latest words, cut."""

    __table_args__ = (
        Index("ix_conversation_last_activity", "last_activity", "number"),
        Index("ix_conversation_started_at", "started_at"),
        Index("ix_conversation_lowest_confidence", "lowest_confidence"),
        Index("ix_conversation_student_messages", "student_messages"),
    )


class Facet(Base):
    """One thing by which conversations are filtered, such as `topic:visa` or `outcome:fallback`.

    With the time of the last activity beside it, the newest conversations of a facet are one short walk through an
    index, however many conversations there are.
    """

    __tablename__ = "facet"

    conversation = Column(LargeNumber, ForeignKey("conversation.number", ondelete="CASCADE"), primary_key=True)
    facet = Column(String(280), primary_key=True)
    last_activity = Column(Moment, nullable=False)

    __table_args__ = (Index("ix_facet_newest", "facet", "last_activity", "conversation"),)


class Message(Base):
    """One message as the student saw it."""

    __tablename__ = "message"

    event_id = Column(LargeNumber, primary_key=True, autoincrement=False)
    conversation = _of_conversation()
    message_id = Column(String(20), nullable=False)
    """The id in the chat API."""
    time = Column(Moment, nullable=False)
    sender = Column(String(10), nullable=False)
    """student, assistant or staff."""
    text = Column(Text, nullable=False)
    shown = Column(JSON(none_as_null=True))
    """Buttons, cards and attachments, where there are any."""
    intent = Column(String(80))
    confidence = Column(Float)
    details = Column(JSON(none_as_null=True))
    """Of a student's message: alternatives, entities. Of a message of the staff: who wrote it."""

    __table_args__ = (Index("ix_message_conversation", "conversation", "event_id"),)


class Answer(Base):
    """What kind of answer a message of the assistant is."""

    __tablename__ = "answer"

    event_id = Column(LargeNumber, ForeignKey("message.event_id", ondelete="CASCADE"), primary_key=True)
    conversation = _of_conversation(index=True)
    question_id = Column(LargeNumber)
    """Event of the student's message that it answers."""
    time = Column(Moment, nullable=False)
    topic = Column(String(40), nullable=False)
    outcome = Column(String(20), nullable=False)
    language = Column(String(5), nullable=False)
    response = Column(String(120))
    """Key in data/responses/."""
    intent = Column(String(80))
    confidence = Column(Float)
    sources = Column(JSON(none_as_null=True))
    latency = Column(Float)
    """Seconds from the student's message."""
    refused = Column(Boolean(name="refused"), nullable=False, default=False)
    """The student took none of the choices that the assistant offered."""

    __table_args__ = (
        Index("ix_answer_outcome", "outcome", "event_id"),
        Index("ix_answer_time", "time"),
        # Few are refused; a walk through all others would take long.
        Index(
            "ix_answer_refused",
            "event_id",
            postgresql_where=text("refused IS true"),
            sqlite_where=text("refused IS 1"),
        ),
    )


class QuestionVector(Base):
    """What a question without an answer means, as the numbers by which like ones are grouped."""

    __tablename__ = "question_vector"

    event_id = Column(LargeNumber, ForeignKey("message.event_id", ondelete="CASCADE"), primary_key=True)
    vector = Column(LargeBinary, nullable=False)
    """32-bit floats, of length one."""


class Handoff(Base):
    """One time that a conversation was passed on to staff."""

    __tablename__ = "handoff"

    event_id = Column(LargeNumber, primary_key=True, autoincrement=False)
    """The answer that passed it on, or the pause with which staff took over unasked."""
    conversation = _of_conversation(index=True)
    reason = Column(String(20), nullable=False)
    """`person`, `distress`, or `staff` where nobody asked."""
    requested_at = Column(Moment, nullable=False)
    taken_at = Column(Moment)
    taken_by = Column(String(254))
    replied_at = Column(Moment)
    ended_at = Column(Moment)
    email = Column(String(254))
    """Where the student wants to be answered."""
    notified_at = Column(Moment)

    __table_args__ = (Index("ix_handoff_requested_at", "requested_at"),)


class Tally(Base):
    """How many answers, conversations and so on there were on one day: figures without persons, kept for good.

    Answers are counted by language, topic and outcome, the same once more by month (its first day), and by outcome
    alone; conversations and students by channel; messages by hour and, as `topic`, by sender. All at once would make
    more rows than there are answers.
    """

    __tablename__ = "tally"

    id = Column(LargeNumber, primary_key=True)
    measure = Column(String(30), nullable=False)
    """conversation, student (a conversation in which one has written), message, answer, answer_month, outcome."""
    day = Column(Date, nullable=False)
    """In the school's time, as the hour."""
    hour = Column(Integer, nullable=False)
    channel = Column(String(40), nullable=False)
    language = Column(String(5), nullable=False)
    topic = Column(String(40), nullable=False)
    outcome = Column(String(20), nullable=False)
    count = Column(Integer, nullable=False)

    __table_args__ = (
        Unique("measure", "day", "hour", "channel", "language", "topic", "outcome", name="uq_tally"),
        Index("ix_tally_day", "measure", "day", "topic", "language", "outcome", "count"),
    )


class Position(Base):
    """How far the tracker store has been read; one row."""

    __tablename__ = "position"

    id = Column(Integer, primary_key=True)
    event_id = Column(LargeNumber, nullable=False)
    timestamp = Column(Float)
    """Of that event: SQLite gives the id of an erased event away again."""
    read_at = Column(Moment, nullable=False)


class Gap(Base):
    """Ids that were missing when the log was read: on PostgreSQL their transaction may still be under way."""

    __tablename__ = "gap"

    event_id = Column(LargeNumber, primary_key=True, autoincrement=False)
    seen_at = Column(Moment, nullable=False)


class Erasure(Base):
    """A conversation that was erased: what is read of it from before that moment is not to be projected again."""

    __tablename__ = "erasure"

    digest = Column(String(64), primary_key=True)
    """Of the conversation's id, which on a messaging channel would name the person."""
    erased_at = Column(Moment, nullable=False)
