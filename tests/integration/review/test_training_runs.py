"""Train and compare, promote, roll back: with files of a small project; the training itself is not Rasa's here."""

import pytest

from bot.nlu import review_training
from bot.nlu.review_training import Workshop
from bot.review import acts
from bot.review.database import session_scope
from bot.review.training_runs import (
    TrainingError,
    get_run,
    list_marks,
    request_promotion,
    request_rollback,
    request_training,
)
from bot.review.transcripts import read_transcript
from bot.settings import Settings

UNDERSTOOD = {
    "before": {"visa plz": "ask_cvec", "old mark": "ask_visa", "regression": "ask_visa"},
    "after": {"visa plz": "ask_visa", "old mark": "ask_visa", "regression": "ask_visa"},
}


@pytest.fixture
def urls(tmp_path):
    return [f"sqlite:///{tmp_path / name}.db" for name in ("conversations", "review")]


@pytest.fixture
def project(tmp_path):
    root = tmp_path / "project"
    for name, content in {
        "config.yml": "recipe: default.v1",
        "domain.yml": "intents: [ask_visa]",
        "data/nlu/en/visa.yml": 'version: "3.1"\nnlu:\n- intent: ask_visa\n  examples: |\n    - visa\n',
        "bot/nlu/part.py": "",
        "tests/nlu/questions_en.yml": "language: en\nquestions:\n  ask_visa:\n  - regression\n",
    }.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return root


@pytest.fixture
def understood(monkeypatch):
    """What the models understand, by the name of the model: those trained in the workshop are the new ones."""
    answers = {name: dict(known) for name, known in UNDERSTOOD.items()}

    def ensure(settings, announce, root):
        from bot.nlu.models import model_path

        path = model_path(root)
        path.parent.mkdir(exist_ok=True)
        path.write_text("after" if "training" in path.parts else "before", encoding="utf-8")
        return path

    class Model:
        def __init__(self, name):
            self.name = name

        @classmethod
        def load(cls, path):
            return cls(path.read_text(encoding="utf-8"))

        def parse(self, text):
            return {"intent": {"name": answers[self.name][text]}}

    monkeypatch.setattr(review_training, "ensure_model", ensure)
    monkeypatch.setattr(review_training, "TrainedModel", Model)
    return answers


@pytest.fixture
def workshop(store, projector, review_url, project, tmp_path):
    for text in ("visa plz", "old mark"):
        store.turn(text, text, intent="ask_cvec", outcome="fallback")
    projector.catch_up()
    with session_scope(review_url, writing=True) as session:
        for text in ("visa plz", "old mark"):
            acts.mark_intent(session, "anna", read_transcript(session, text).messages[0].event_id, "ask_visa")
        run_id = request_training(session, "anna")
        session.commit()
        with pytest.raises(TrainingError, match="is running"):
            request_training(session, "ben")
    settings = Settings.from_environment({"VAR_DIR": str(tmp_path), "REVIEW_DATABASE_URL": review_url})
    return Workshop(settings, run_id, project), run_id


def train(workshop):
    return workshop.train(lambda intent: "visa", lambda line: None)


def test_a_better_model_is_promoted_by_a_person_and_rolled_back(workshop, understood, review_url, project):
    workshop, run_id = workshop
    report = train(workshop)
    assert (report.right_before, report.right_after, report.questions) == (2, 3, 3)
    assert [(change.text, change.before, change.after) for change in report.better] == [
        ("visa plz", "ask_cvec", "ask_visa")
    ]
    reviewed = project / "data/nlu/en/reviewed_visa.yml"
    assert not reviewed.exists(), "nothing changes before a person says yes"
    with session_scope(review_url, writing=True) as session:
        request_promotion(session, "anna", run_id)
        session.commit()
    loaded = []
    model = workshop.promote(loaded.append)
    assert loaded == [model]
    assert model.read_text(encoding="utf-8") == "after"
    assert "- visa plz" in reviewed.read_text(encoding="utf-8")
    with session_scope(review_url, writing=True) as session:
        assert get_run(session, run_id).state == "promoted"
        assert all(mark.fixed for mark in list_marks(session))
        request_rollback(session, "anna", run_id)
        session.commit()
    workshop.roll_back(loaded.append, lambda line: None)
    assert not reviewed.exists()
    assert loaded[-1].read_text(encoding="utf-8") == "before"


def test_a_model_that_breaks_what_is_fixed_cannot_be_promoted(workshop, understood, review_url):
    workshop, run_id = workshop
    with session_scope(review_url, writing=True) as session:
        review_training.set_fixed(session, [mark.event_id for mark in list_marks(session) if mark.text == "old mark"])
        session.commit()
    understood["after"]["old mark"] = "ask_cvec"
    report = train(workshop)
    assert [change.text for change in report.broken] == ["old mark"]
    with session_scope(review_url) as session:
        assert not get_run(session, run_id).may_be_promoted
        with pytest.raises(TrainingError, match="breaks what is listed as fixed"):
            request_promotion(session, "anna", run_id)


def test_a_failure_is_written_down(workshop, understood, review_url, project):
    workshop, run_id = workshop
    (project / "domain.yml").unlink()
    with pytest.raises(FileNotFoundError):
        train(workshop)
    with session_scope(review_url) as session:
        run = get_run(session, run_id)
    assert run.state == "failed"
    assert "domain.yml" in run.failure
