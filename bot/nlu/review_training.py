"""Trains a model with the marked messages beside the one in use, compares both, takes it into use or goes back.

The new model is made in a folder of its own out of a copy of the files. Its name is the digest of these files, so that
it is the model of the project as soon as the reviewed examples stand in data/nlu: nothing is trained twice.
"""

import logging
import shutil
from pathlib import Path
from typing import Callable, Dict, List, Mapping, NamedTuple, Sequence

from bot.nlu.examples import read_examples
from bot.nlu.models import model_path
from bot.nlu.questions import read_questions
from bot.nlu.trained_model import TrainedModel
from bot.nlu.training import Announce, ensure_model
from bot.review.database import session_scope
from bot.review.examples import MarkedMessage, reviewed_files
from bot.review.training_runs import (
    Change,
    Report,
    get_run,
    list_marks,
    report_as_json,
    set_fixed,
    set_state,
)
from bot.settings import PROJECT_ROOT, Settings

logger = logging.getLogger(__name__)
COPIED = ("config.yml", "domain.yml", "data", "bot/nlu")
REVIEWED = "reviewed_*.yml"
QUESTIONS = "tests/nlu"
LoadModel = Callable[[Path], None]


class _Asked(NamedTuple):
    text: str
    language: str
    intent: str
    source: str
    fixed: bool
    event_id: int


class Workshop:
    """The folder in which the model of one run is made."""

    def __init__(self, settings: Settings, run_id: int, root: Path = PROJECT_ROOT):
        self._settings = settings
        self._run_id = run_id
        self._root = root
        self._folder = settings.var / "training" / str(run_id)
        self._url = settings.review_database_url

    def train(self, topic_of: Callable[[str], str], announce: Announce) -> Report:
        """Write the examples, train, compare; what goes wrong is written down with the run."""
        try:
            return self._train(topic_of, announce)
        except Exception as error:
            self._note("failed", failure=str(error) or type(error).__name__)
            raise

    def promote(self, load: LoadModel) -> Path:
        """Take the model into use: its examples into data/nlu, the model beside the others, `load` in the server."""
        with session_scope(self._url) as session:
            run = get_run(session, self._run_id)
        former = model_path(self._root)
        self._replace_reviewed(self._root / "data/nlu", self._folder / "former", keep=True)
        self._replace_reviewed(self._folder / "root/data/nlu", self._root / "data/nlu")
        target = model_path(self._root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self._folder / "root" / "models" / (run.model or ""), target)
        load(target)
        self._note("promoted", former_model=former.name)
        with session_scope(self._url, writing=True) as session:
            set_fixed(session, list(run.report.right_marks) if run.report else [])
            session.commit()
        return target

    def roll_back(self, load: LoadModel, announce: Announce) -> Path:
        """Go back to the examples and the model from before."""
        self._replace_reviewed(self._folder / "former", self._root / "data/nlu")
        target = ensure_model(self._settings, announce, self._root)
        load(target)
        self._note("rolled_back")
        return target

    def _train(self, topic_of: Callable[[str], str], announce: Announce) -> Report:
        self._note("writing")
        root = self._folder / "root"
        shutil.rmtree(self._folder, ignore_errors=True)
        for name in COPIED:
            source, target = self._root / name, root / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", REVIEWED))
            else:
                shutil.copyfile(source, target)
        with session_scope(self._url) as session:
            marks = list_marks(session)
        known = [example.text for example in read_examples(root / "data/nlu")]
        files = reviewed_files(marks, known, topic_of)
        for name, content in files.items():
            path = root / "data/nlu" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
        self._note("training")
        model = ensure_model(self._settings, announce, root)
        self._note("comparing", model=model.name)
        announce("Comparing with the model in use ...")
        examples = sum(content.count("\n    - ") for content in files.values())
        report = _compare(self._asked(marks), ensure_model(self._settings, announce, self._root), model, examples)
        self._note("compared", report=report_as_json(report))
        return report

    def _asked(self, marks: Sequence[MarkedMessage]) -> List[_Asked]:
        asked = [_Asked(mark.text, mark.language, mark.intent, "marked", mark.fixed, mark.event_id) for mark in marks]
        for path in sorted((self._root / QUESTIONS).glob("questions_??.yml")):
            asked += [
                _Asked(question.text, question.language, question.intent, "regression", False, 0)
                for question in read_questions(path)
            ]
        return asked

    def _replace_reviewed(self, source: Path, target: Path, *, keep: bool = False) -> None:
        if not keep:
            for path in target.rglob(REVIEWED):
                path.unlink()
        for path in source.rglob(REVIEWED):
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)

    def _note(self, state: str, **values: object) -> None:
        with session_scope(self._url, writing=True) as session:
            set_state(session, self._run_id, state, **values)
            session.commit()


def _compare(asked: Sequence[_Asked], former: Path, new: Path, examples: int) -> Report:
    before, after = _understood(former, asked), _understood(new, asked)
    better, worse = [], []
    for question in asked:
        was, now = before[question.text], after[question.text]
        change = Change(question.text, question.language, question.intent, was, now, question.source, question.fixed)
        if was != now and now == question.intent:
            better.append(change)
        elif now != question.intent and (was == question.intent or question.fixed):
            worse.append(change)
    return Report(
        questions=len(asked),
        right_before=sum(before[question.text] == question.intent for question in asked),
        right_after=sum(after[question.text] == question.intent for question in asked),
        better=tuple(better),
        worse=tuple(worse),
        examples=examples,
        right_marks=tuple(
            question.event_id
            for question in asked
            if question.source == "marked" and after[question.text] == question.intent
        ),
    )


def _understood(path: Path, asked: Sequence[_Asked]) -> Mapping[str, str]:
    model = TrainedModel.load(path)
    understood: Dict[str, str] = {}
    for question in asked:
        if question.text not in understood:
            understood[question.text] = (model.parse(question.text).get("intent") or {}).get("name") or ""
    return understood
