"""What all tests share."""

import os
import shutil
from typing import Callable, List

import pytest

pytest_plugins = ["assistant", "mail_server", "postgresql", "redis_server", "small_assistant"]


@pytest.fixture(scope="session")
def program() -> Callable[[str], str]:
    """Return a function that finds a program; where it is missing the test is skipped, in CI it fails."""

    def find(name: str, *more_places: str) -> str:
        for place in (name, *more_places):
            if path := shutil.which(place):
                return path
        message = f"{name} is not installed"
        if os.environ.get("CI"):
            pytest.fail(f"{message}: .ci/run has to install it")
        pytest.skip(message)

    return find


@pytest.fixture(scope="session")
def touch_up_once():
    """Sanic rewrites its own methods when a server starts, which works once in a process; tests start many."""
    from sanic.touchup import TouchUp

    run, done = TouchUp.run, []

    def touch_up(app):
        if not done:
            run(app)
            done.append(True)

    return touch_up


def pytest_collection_modifyitems(items: List[pytest.Item]) -> None:
    """What talks to the whole assistant is slow."""
    for item in items:
        if {"assistant", "start_assistant", "trained_model"} & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.slow)
