"""Where the language model of the current files is: its name is a digest of all that it is made of."""

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import Iterator, List

from bot.errors import ModelError
from bot.settings import PROJECT_ROOT

DATA_FOLDERS = ("data/nlu", "data/rules", "data/stories", "data/responses")

_NOT_IN_THE_MODEL = (
    "evaluation.py",
    "models.py",
    "noise.py",
    "question_evaluation.py",
    "question_vectors.py",
    "questions.py",
    "review_training.py",
    "trained_model.py",
    "training.py",
)


def model_path(root: Path = PROJECT_ROOT) -> Path:
    """Return where the model of the current files is, or will be once trained."""
    return root / "models" / f"{_digest(root)}.tar.gz"


def current_model(root: Path = PROJECT_ROOT) -> Path:
    """Return the model of the current files; raise ModelError when it is not trained."""
    path = model_path(root)
    if not path.is_file():
        raise ModelError("There is no model of the current files: run `python -m bot model train`.")
    return path


def data_files(root: Path) -> List[Path]:
    """Return the training files."""
    return sorted(path for name in DATA_FOLDERS for path in (root / name).rglob("*.yml"))


def _digest(root: Path) -> str:
    """Return a digest of everything that shapes the model: files, components, Rasa's version."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in _shaping_files(root):
        digest.update(str(path.relative_to(root)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _shaping_files(root: Path) -> Iterator[Path]:
    yield from (path for path in (root / "config.yml", root / "domain.yml") if path.is_file())
    yield from data_files(root)
    code = root / "bot" / "nlu"
    yield from sorted(
        path for path in code.rglob("*") if path.suffix in (".py", ".yml") and path.name not in _NOT_IN_THE_MODEL
    )
