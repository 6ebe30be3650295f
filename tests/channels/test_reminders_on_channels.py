"""Reminders that Rasa holds reach the messenger: after a new session, after a restart, once."""

import asyncio
import datetime as dt

import pytest
from rasa.core import jobs
from rasa.core.processor import MessageProcessor
from rasa.shared.core.events import ActionExecuted, ReminderCancelled, ReminderScheduled, SessionStarted

from bot.dialogue import reminders

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
async def lasting_reminders(monkeypatch):
    monkeypatch.setattr(MessageProcessor, "handle_reminder", reminders._handle_reminder)
    monkeypatch.setattr(MessageProcessor, "_schedule_reminders", reminders._schedule_reminders)
    monkeypatch.setattr(reminders, "SOON", dt.timedelta(0))
    jobs.kill_scheduler()
    yield
    jobs.kill_scheduler()


def reminder(student, moment, name="r"):
    return ReminderScheduled("ask_price", moment, name=f"{student.conversation} {name}", kill_on_user_message=False)


async def keep(messaging, student, *events):
    tracker = await messaging.agent.tracker_store.retrieve(student.conversation)
    tracker.update_with_events(list(events), messaging.agent.domain)
    await messaging.agent.tracker_store.save(tracker)


def now(**later):
    return dt.datetime.now(dt.timezone.utc) + dt.timedelta(**later)


async def told(platforms, student, count):
    await asyncio.to_thread(platforms.wait_for, lambda: len(platforms.sent_to(student.chat)) >= count)
    assert len(platforms.sent_to(student.chat)) == count


async def test_a_reminder_of_an_earlier_session_is_told_once_after_a_restart(messaging, on_telegram, platforms):
    await on_telegram.says("hello there")
    await keep(
        messaging, on_telegram, reminder(on_telegram, now(minutes=-5)),
        ActionExecuted("action_session_start"), SessionStarted(), ActionExecuted("action_listen"),
    )  # fmt: skip
    assert len(reminders.outstanding_reminders(messaging.agent.tracker_store)) == 1
    for _ in range(2):  # as two Rasa servers would
        await reminders.schedule_again(messaging.agent, messaging.channels.values())
    await told(platforms, on_telegram, 2)
    assert "308" in platforms.sent_to(on_telegram.chat)[-1].text
    assert reminders.outstanding_reminders(messaging.agent.tracker_store) == []
    await reminders.schedule_again(messaging.agent, messaging.channels.values())
    await on_telegram.says("hello there")  # nothing came before this answer


async def test_a_reminder_set_now_comes_at_its_time(messaging, on_telegram, platforms):
    await on_telegram.says("hello there")
    event = reminder(on_telegram, now(seconds=0.5))
    await keep(messaging, on_telegram, event)
    tracker = await messaging.agent.tracker_store.retrieve(on_telegram.conversation)
    output = messaging.channels["telegram"].get_output_channel()
    await messaging.agent.processor._schedule_reminders([event], tracker, output)
    await told(platforms, on_telegram, 2)


async def test_what_was_cancelled_erased_or_missed_for_long_is_not_told(messaging, on_telegram, platforms):
    await on_telegram.says("hello there")
    await keep(messaging, on_telegram, reminder(on_telegram, now(minutes=-5)), ReminderCancelled())
    await keep(messaging, on_telegram, reminder(on_telegram, now(days=-3), "old"))
    await reminders.schedule_again(messaging.agent, messaging.channels.values())
    assert (await jobs.scheduler()).get_jobs() == []
    await keep(messaging, on_telegram, reminder(on_telegram, now(days=20), "later"))
    await reminders.schedule_again(messaging.agent, messaging.channels.values())
    (job,) = (await jobs.scheduler()).get_jobs()
    await on_telegram.says("/erase")
    await on_telegram.says("yes")
    await job.func(*job.args)
    assert len(platforms.sent_to(on_telegram.chat)) == 3
