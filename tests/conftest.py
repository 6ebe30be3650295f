"""What all tests share."""

import os
import shutil
from typing import Callable

import pytest


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
