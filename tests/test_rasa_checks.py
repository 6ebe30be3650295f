"""Rasa checks the training data and plays the dialogues of tests/dialogue/, with the model that the assistant uses."""

import os
import subprocess
import sys

import pytest

from bot.settings import PROJECT_ROOT

pytestmark = pytest.mark.slow


def run_rasa(*arguments, **settings):
    environment = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", **settings}
    command = [sys.executable, "-m", "rasa", *arguments]
    return subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, timeout=600)


def test_the_training_data_pass_without_a_warning():
    answer = run_rasa("data", "validate", "--fail-on-warnings")
    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_the_dialogues_go_as_written(trained_model, tmp_path):
    answer = run_rasa(
        "test", "core", "--stories", "tests/dialogue", "--fail-on-prediction-errors", "--model", str(trained_model),
        "--endpoints", str(tmp_path / "none.yml"), "--out", str(tmp_path), "--no-plot",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout + answer.stderr
