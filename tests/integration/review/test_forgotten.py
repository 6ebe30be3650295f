"""A conversation that staff took over and forgot goes back to the assistant; one that they still hold does not."""

import time

import pytest
from tracker_events import answered, said

from bot.review.audit import list_acts
from bot.review.database import session_scope
from bot.review.forgotten import give_back_forgotten
from bot.settings import Settings

HOUR = 3600


@pytest.fixture
def held(store, projector, tmp_path, review_url):
    """Conversations that were taken over 30 hours ago and one of this morning."""
    now = time.time()

    def add(name, taken, *written, given_back=False):
        wish = [{**said("a person!"), "timestamp": now - 40 * HOUR},
                {**answered("yes", "handed_over", "contact"), "timestamp": now - 40 * HOUR + 1}]  # fmt: skip
        pause = {"event": "pause", "metadata": {"staff": "anna"}, "timestamp": now - taken * HOUR}
        words = [
            {"event": "bot", "text": "Hello", "data": {"custom": {"sender": "staff"}},
             "metadata": {"sender": "staff", "staff": "anna"}, "timestamp": now - hours * HOUR}
            for hours in written
        ]  # fmt: skip
        end = [{"event": "resume", "timestamp": now - HOUR}] if given_back else []
        student = {**said("are you there?"), "timestamp": now - HOUR / 2}
        store.add(name, *wish, pause, *words, *end, student)

    add("forgotten", 30)
    add("written long ago", 30, 29, 28)
    add("written today", 30, 29, 2)
    add("taken today", 2)
    add("given back", 30, given_back=True)
    projector.catch_up()

    def settings(**more):
        return Settings.from_environment({"VAR_DIR": str(tmp_path), "REVIEW_DATABASE_URL": review_url, **more})

    return settings


def test_only_what_staff_have_left_alone_is_given_back(held, review_url):
    given_back = []
    assert give_back_forgotten(held(), lambda name: not given_back.append(name)) == 2
    assert sorted(given_back) == ["forgotten", "written long ago"]
    with session_scope(review_url) as session:
        acts = [(act.subject, act.detail) for act in list_acts(session, act="conversation.give_back")]
    assert sorted(acts) == [("forgotten", {"hours": 24}), ("written long ago", {"hours": 24})]


def test_what_the_assistant_does_not_take_back_is_tried_again(held, review_url):
    assert give_back_forgotten(held(), lambda name: False) == 0
    with session_scope(review_url) as session:
        assert list_acts(session, act="conversation.give_back") == []
    assert give_back_forgotten(held(), lambda name: True) == 2


@pytest.mark.parametrize(("hours", "count"), [("0", 0), ("1", 4), ("48", 0)])
def test_the_time_is_a_setting(held, hours, count):
    assert give_back_forgotten(held(HANDOFF_HOURS=hours), lambda name: True) == count
