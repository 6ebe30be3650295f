"""Makes Rasa's reminders last: across sessions and restarts, told once.

Rasa keeps the jobs in memory, and takes a reminder of an earlier session for outdated: one that is weeks ahead would
never come. Here the log of events decides: a reminder is due as long as the log holds it and no cancellation after it.
One that was told is cancelled by its name, so that a restart, or a second Rasa server, does not tell it again.
"""

import asyncio
import datetime as dt
import json
import logging
from typing import Any, Dict, Iterable, List, NamedTuple, Optional

import sqlalchemy as sa
from rasa.core import jobs, run
from rasa.core.processor import MessageProcessor
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import Event, ReminderCancelled, ReminderScheduled, UserUttered, deserialise_events

logger = logging.getLogger(__name__)
CATCH_UP = dt.timedelta(days=1)
"""A reminder that was missed for longer is not told any more."""
SOON = dt.timedelta(seconds=5)
_EVENTS = SQLTrackerStore.SQLEvent.__table__
_OF_REMINDERS = (
    sa.select(_EVENTS.c.sender_id, _EVENTS.c.data)
    .where(_EVENTS.c.type_name.in_((ReminderScheduled.type_name, ReminderCancelled.type_name)))
    .order_by(_EVENTS.c.id)
)
_SAID = (
    sa.select(_EVENTS.c.data)
    .where(_EVENTS.c.sender_id == sa.bindparam("conversation"), _EVENTS.c.type_name == UserUttered.type_name)
    .order_by(_EVENTS.c.id.desc())
)
_load_agent = run.load_agent_on_start


class Outstanding(NamedTuple):
    """A reminder that is to be told."""

    conversation_id: str
    event: ReminderScheduled


def install() -> None:
    """Put the replacements in place."""
    MessageProcessor.handle_reminder = _handle_reminder
    MessageProcessor._schedule_reminders = _schedule_reminders
    run.load_agent_on_start = _load_agent_and_reminders


def outstanding_reminders(tracker_store: Any, conversation_id: Optional[str] = None) -> List[Outstanding]:
    """Return the reminders that the log holds and nothing has cancelled; blocks: call it in a thread."""
    store = _sql_store(tracker_store)
    if store is None:
        return []  # in memory: nothing lasts
    query = _OF_REMINDERS
    if conversation_id is not None:
        query = query.where(_EVENTS.c.sender_id == conversation_id)
    with store.engine.connect() as connection:
        rows = connection.execute(query).all()
    left: Dict[Any, Outstanding] = {}
    for sender_id, data in rows:
        for event in deserialise_events([json.loads(data)]):
            if isinstance(event, ReminderScheduled):
                left[sender_id, event.name] = Outstanding(sender_id, event)
            elif isinstance(event, ReminderCancelled):
                left = {key: one for key, one in left.items() if not _cancels(event, sender_id, one)}
    return list(left.values())


def _sql_store(tracker_store: Any) -> Optional[SQLTrackerStore]:
    while hasattr(tracker_store, "_tracker_store"):
        tracker_store = tracker_store._tracker_store  # Rasa wraps the store that is set up
    return tracker_store if isinstance(tracker_store, SQLTrackerStore) else None


def _latest_channel(tracker_store: Any, conversation_id: str) -> Optional[str]:
    """Return where the student wrote last; a tracker forgets it with the session."""
    store = _sql_store(tracker_store)
    if store is None:
        return None
    with store.engine.connect() as connection:
        for (data,) in connection.execute(_SAID, {"conversation": conversation_id}):
            channel = json.loads(data).get("input_channel")
            if channel:
                return channel
    return None


def _cancels(cancelled: ReminderCancelled, sender_id: str, one: Outstanding) -> bool:
    job = one.event.scheduled_job_name(one.conversation_id)
    return sender_id == one.conversation_id and cancelled.cancels_job_with_name(job, sender_id)


async def _handle_reminder(self: MessageProcessor, reminder_event: Any, sender_id: str, output_channel: Any) -> None:
    """Have the reminder told, if it still stands in the log."""
    async with self.lock_store.lock(sender_id):
        outstanding = await asyncio.to_thread(outstanding_reminders, self.tracker_store, sender_id)
        if reminder_event.name not in [one.event.name for one in outstanding]:
            return
        tracker = await self.fetch_tracker_and_update_session(sender_id, output_channel)
        outdated = reminder_event.kill_on_user_message and self._has_message_after_reminder(tracker, reminder_event)
        tracker.update(ReminderCancelled(reminder_event.name), self.domain)
        if outdated:
            await self.save_tracker(tracker)
            return
        await self.trigger_external_user_uttered(
            reminder_event.intent, reminder_event.entities or {}, tracker, output_channel
        )


async def _schedule_reminders(
    self: MessageProcessor, events: Iterable[Event], tracker: Any, output_channel: Any
) -> None:
    """Schedule as Rasa does, but let a busy server be late instead of leaving a reminder out."""
    for event in events:
        if isinstance(event, ReminderScheduled):
            await _add_job(event, tracker.sender_id, self.handle_reminder, [event, tracker.sender_id, output_channel])


async def _load_agent_and_reminders(*arguments: Any) -> Any:
    agent = await _load_agent(*arguments)
    app = next(argument for argument in arguments if hasattr(argument, "ctx"))
    try:
        await schedule_again(agent, app.ctx.input_channels)
    except sa.exc.SQLAlchemyError:
        logger.exception("The reminders cannot be read from the conversations' database.")
    return agent


async def schedule_again(agent: Any, input_channels: Iterable[Any]) -> None:
    """Schedule what the log holds; what came due meanwhile is told now."""
    channels = {channel.name(): channel for channel in input_channels}

    async def tell(one: Outstanding) -> None:
        name = await asyncio.to_thread(_latest_channel, agent.tracker_store, one.conversation_id)
        channel = channels.get(name)
        output = channel.get_output_channel() if channel else None
        if output is None:
            logger.warning("A reminder cannot be told: its channel is not set up any more.")
            return
        await agent.processor.handle_reminder(one.event, one.conversation_id, output)

    now = dt.datetime.now(dt.timezone.utc)
    for one in await asyncio.to_thread(outstanding_reminders, agent.tracker_store):
        if _moment(one.event) > now - CATCH_UP:
            await _add_job(one.event, one.conversation_id, tell, [one], not_before=now + SOON)


async def _add_job(
    event: ReminderScheduled, sender_id: str, tell: Any, arguments: List[Any], not_before: Optional[dt.datetime] = None
) -> None:
    moment = _moment(event)
    (await jobs.scheduler()).add_job(
        tell, "date", run_date=max(moment, not_before) if not_before else moment, args=arguments, id=event.name,
        name=event.scheduled_job_name(sender_id), replace_existing=True, misfire_grace_time=None,
    )  # fmt: skip


def _moment(event: ReminderScheduled) -> dt.datetime:
    moment = event.trigger_date_time
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.timezone.utc)
