"""scripts/bootstrap.py with a stand-in for uv that writes down what it is asked."""

import ast
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import PROJECT_ROOT

SCRIPT = PROJECT_ROOT / "scripts" / "bootstrap.py"


def make_program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="ascii")
    path.chmod(0o755)
    return path


@pytest.fixture
def bootstrap(tmp_path, monkeypatch):
    """The script as a module, working in an empty folder, with a uv that finds no Python and does nothing."""
    spec = importlib.util.spec_from_file_location("bootstrap", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.txt", "requirements-dev.txt", "requirements-model.txt", "requirements-uv.txt"):
        (tmp_path / name).write_text("lock\n", encoding="ascii")
    (tmp_path / ".uv").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "UV_FOLDER", tmp_path / ".uv")
    monkeypatch.setattr(module, "UV_LOCK", tmp_path / "requirements-uv.txt")
    monkeypatch.setattr(module, "ENVIRONMENT", tmp_path / ".venv")
    monkeypatch.setattr(module, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(module, "LOCKS", [tmp_path / "requirements.txt", tmp_path / "requirements-dev.txt"])
    log = tmp_path / "uv.log"
    uv = make_program(tmp_path / "uv", f'echo "$*" >> {log}; case "$*" in "python "*) exit 1;; esac')
    monkeypatch.setattr(module, "UV", uv)
    monkeypatch.setattr(module.sys, "executable", str(tmp_path / "python-that-runs-the-script"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    module.stamp(module.UV_FOLDER, [module.UV_LOCK])
    module.asked = lambda: log.read_text().splitlines() if log.exists() else []
    return module


def make_python(path: Path, version: str) -> Path:
    return make_program(path, f"echo {version}")


def test_python_3_8_can_read_it():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 8))


def test_it_says_and_does_nothing_when_all_is_there(bootstrap, capfd):
    make_python(bootstrap.PYTHON, "3.10")
    bootstrap.stamp(bootstrap.ENVIRONMENT, bootstrap.LOCKS)
    assert bootstrap.main() == 0
    assert bootstrap.asked() == []
    assert capfd.readouterr() == ("", "")


def test_it_installs_again_when_the_lock_changed(bootstrap):
    make_python(bootstrap.PYTHON, "3.10")
    bootstrap.stamp(bootstrap.ENVIRONMENT, bootstrap.LOCKS)
    bootstrap.LOCKS[0].write_text("another lock\n", encoding="ascii")
    assert bootstrap.main() == 0
    assert bootstrap.main() == 0
    (sync,) = bootstrap.asked()
    assert sync.startswith("pip sync --python ")
    assert "--require-hashes" in sync


def test_a_failed_installation_is_tried_again_next_time(bootstrap, capfd):
    make_python(bootstrap.PYTHON, "3.10")
    make_program(bootstrap.UV, "exit 1")
    assert bootstrap.main() == 2
    assert "could not be installed" in capfd.readouterr().err
    assert not bootstrap.is_stamped(bootstrap.ENVIRONMENT, bootstrap.LOCKS)


def test_it_finds_the_python_that_pyenv_keeps(bootstrap):
    make_python(bootstrap.ROOT / "pyenv" / "versions" / "3.9.1" / "bin" / "python", "3.9")
    ours = make_python(bootstrap.ROOT / "pyenv" / "versions" / "3.10.4" / "bin" / "python", "3.10")
    assert bootstrap.find_python() == ours


def test_it_refuses_a_python_built_without_a_needed_module(bootstrap):
    python = make_program(bootstrap.ROOT / "pyenv" / "versions" / "3.10.4" / "bin" / "python", "exit 1")
    assert not bootstrap.is_right_python(python)
    assert bootstrap.find_python() is None


def test_no_python_to_be_had_is_one_clear_sentence(bootstrap, capfd):
    assert bootstrap.main() == 2
    assert "python install --quiet --no-bin 3.10" in bootstrap.asked()
    (sentence,) = capfd.readouterr().err.splitlines()
    assert "No Python 3.10 was found and none could be downloaded: install Python 3.10" in sentence


def test_an_environment_of_another_python_is_made_anew(bootstrap):
    make_python(bootstrap.PYTHON, "3.11")
    ours = make_python(bootstrap.ROOT / "pyenv" / "versions" / "3.10.4" / "bin" / "python", "3.10")
    bootstrap.make_environment()
    assert bootstrap.asked()[-1] == f"venv --quiet --clear --python {ours} {bootstrap.ENVIRONMENT}"


def test_the_environment_in_use_holds_exactly_the_lock():
    uv, python = PROJECT_ROOT / ".uv" / "bin" / "uv", PROJECT_ROOT / ".venv" / "bin" / "python"
    if Path(sys.prefix) != PROJECT_ROOT / ".venv" or not uv.exists():
        pytest.skip("the tests do not run in the environment that `make setup` makes")
    locks = ["requirements.txt", "requirements-dev.txt", "requirements-model.txt"]
    command = [str(uv), "pip", "sync", "--dry-run", "--offline", "--python", str(python), "--require-hashes", *locks]
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    answer = subprocess.run(command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True)
    assert "Would make no changes" in answer.stderr


def test_make_help_explains_every_target():
    makefile = (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8")
    targets = [line.split(":")[1].strip() for line in makefile.splitlines() if line.startswith(".PHONY")]
    listing = subprocess.run(["make", "help"], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True).stdout
    assert targets
    assert [line.split()[0] for line in listing.splitlines() if line.startswith("  ")] == targets
