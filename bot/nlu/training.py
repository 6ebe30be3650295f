"""Trains the language model when something that it is made of has changed.

Rasa trains in a process of its own: its memory goes back when it ends, and its noise goes to a log file.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Callable, List

from bot.errors import DataFileError, ModelError
from bot.nlu.examples import load_yaml
from bot.nlu.models import DATA_FOLDERS, data_files, model_path
from bot.settings import PROJECT_ROOT, Settings

KEPT_MODELS = 3
"""The newest models stay, so that going back to what was before needs no training."""
_SECONDS_BETWEEN_SIGNS = 10

Announce = Callable[[str], None]


def ensure_model(settings: Settings, announce: Announce, root: Path = PROJECT_ROOT, force: bool = False) -> Path:
    """Return the model of the current files, training it first when there is none or `force` says so."""
    check_files(root)
    target = model_path(root)
    if target.is_file() and not force:
        os.utime(target)  # used now: among the newest
        announce(f"The model is up to date: {target.relative_to(root)}")
        return target
    started = time.monotonic()
    announce("Training the language model (about a minute) ...")
    _train(target, settings, announce, root)
    _remove_old_models(target)
    announce(f"Trained {target.relative_to(root)} in {time.monotonic() - started:.0f} s.")
    return target


def check_files(root: Path = PROJECT_ROOT) -> None:
    """Read every file that the model is made of; raise DataFileError naming file and line of the first broken one."""
    for path in [root / "config.yml", root / "domain.yml", *data_files(root)]:
        if not path.is_file():
            raise DataFileError(f"{path} is missing: the model cannot be trained without it.")
        if not isinstance(load_yaml(path), dict):
            raise DataFileError(f"{path}, line 1: the file must start with a key such as 'version:'.")
    if not any(path.is_relative_to(root / "data/nlu") for path in data_files(root)):
        raise DataFileError(f"{root / 'data/nlu'} holds no training examples.")


def _train(target: Path, settings: Settings, announce: Announce, root: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    log = settings.var / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    # A folder of its own, then a rename: an interrupted training leaves no half a model under the model's name.
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".training-") as folder:
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
                _command(Path(folder), root),
                cwd=root,
                env=_environment(settings),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            try:
                _wait(process, announce)
            finally:
                if process.poll() is None:
                    process.terminate()
                    process.wait()
        trained = Path(folder) / "model.tar.gz"
        if process.returncode != 0 or not trained.is_file():
            raise ModelError(f"Training failed: {_last_line(log)} The whole output is in {log}.")
        os.replace(trained, target)


def _command(folder: Path, root: Path) -> List[str]:
    data = [name for name in DATA_FOLDERS if any((root / name).rglob("*.yml"))]
    return [
        sys.executable,
        "-m",
        "rasa",
        "train",
        "--config",
        "config.yml",
        "--domain",
        "domain.yml",
        "--data",
        *data,
        "--out",
        str(folder),
        "--fixed-model-name",
        "model",
        "--force",
    ]


def _environment(settings: Settings) -> dict:
    return {
        **os.environ,
        # Rasa runs in `root` but imports our components, which may stand elsewhere.
        "PYTHONPATH": os.pathsep.join(filter(None, [str(PROJECT_ROOT), os.environ.get("PYTHONPATH")])),
        "VAR_DIR": str(settings.var),
        "RASA_TELEMETRY_ENABLED": "false",
        # Our digest already says what changed, and knows of modules that Rasa's cache does not look into.
        "RASA_MAX_CACHE_SIZE": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
        "TQDM_DISABLE": "1",
    }


def _wait(process: "subprocess.Popen[bytes]", announce: Announce) -> None:
    started = time.monotonic()
    while True:
        try:
            process.wait(timeout=_SECONDS_BETWEEN_SIGNS)
            return
        except subprocess.TimeoutExpired:
            announce(f"  still training ({time.monotonic() - started:.0f} s)")


def _last_line(log: Path) -> str:
    """Return what Rasa said last, which after a failure is its reason."""
    lines = [line.strip() for line in log.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
    return lines[-1].rstrip(".") + "." if lines else "Rasa said nothing."


def _remove_old_models(current: Path) -> None:
    models = sorted(current.parent.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in models[KEPT_MODELS:]:
        if path != current:
            path.unlink()
