"""A training whose command is killed, or cannot start, is written down as failed: the next one may begin."""

import argparse
import datetime as dt
import importlib
import pkgutil
import sys

import pytest
from sqlalchemy import update

import bot.cli
from bot.review import follower as following
from bot.review.chores import Chores
from bot.review.database import session_scope
from bot.review.desk_models import TrainingRun
from bot.review.follower import Follower
from bot.review.training_runs import get_run, request_training, set_state
from bot.settings import Settings


@pytest.fixture
def urls(tmp_path):
    return [f"sqlite:///{tmp_path / name}.db" for name in ("conversations", "review")]


@pytest.fixture
def commands(monkeypatch):
    """The commands that are started; each becomes another program, which ends at once."""
    started = []
    real = following.subprocess.Popen

    def start(command):
        started.append(command[2:])
        return real([sys.executable, "-c", ""])

    monkeypatch.setattr(following.subprocess, "Popen", start)
    return started


@pytest.fixture
def follower(projector, tmp_path, review_url, monkeypatch):
    monkeypatch.setattr(following, "TRAINING_SECONDS", 0)
    settings = Settings.from_environment({"VAR_DIR": str(tmp_path), "REVIEW_DATABASE_URL": review_url})
    return Follower(projector, settings, Chores(settings, lambda: None, lambda _: False))


@pytest.fixture
def run(review_url):
    with session_scope(review_url, writing=True) as session:
        number = request_training(session, "anna")
        session.commit()

    def change(state=None, **values):
        with session_scope(review_url, writing=True) as session:
            if state:
                set_state(session, number, state)
            session.execute(update(TrainingRun).values(**values)) if values else None
            session.commit()
            return get_run(session, number)

    return change


@pytest.mark.parametrize("last_word", ["waiting", "training"])
def test_a_command_that_ends_without_a_word(follower, commands, run, review_url, last_word):
    follower.step()
    assert commands == [["bot", "review", "train", "--run", "1"]]
    follower._training.wait()
    run(last_word)
    follower.step()
    assert run().state == "failed"
    assert "ended before it was done" in run().failure
    with session_scope(review_url, writing=True) as session:
        assert request_training(session, "anna") == 2


def test_what_is_asked_for_after_the_training_is_started(follower, commands, run):
    follower.step()
    follower._training.wait()
    run("compared")
    follower.step()
    run("promoting")
    follower.step()
    assert commands[1:] == [["bot", "review", "promote", "1"]]
    assert run().state == "promoting"


def test_a_run_of_a_machine_that_was_switched_off(follower, commands, run):
    run("training", changed_at=dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=2))
    follower.step()
    assert (run().state, commands) == ("failed", [])


def test_no_option_of_a_command_takes_the_place_of_the_command():
    for module in pkgutil.iter_modules(bot.cli.__path__):
        parser = argparse.ArgumentParser()
        importlib.import_module(f"bot.cli.{module.name}").add_arguments(parser)
        parsers = [parser]
        for one in parsers:
            for action in one._actions:
                assert action.dest not in ("run", "command"), f"bot/cli/{module.name}.py: {action.option_strings}"
                if isinstance(action, argparse._SubParsersAction):
                    parsers += action.choices.values()
