import os
import sys
import tarfile

import pytest

from bot.errors import DataFileError, ModelError
from bot.nlu import training
from bot.nlu.models import current_model, model_path
from bot.nlu.training import KEPT_MODELS, check_files, ensure_model
from bot.settings import Settings


@pytest.fixture
def project(tmp_path):
    """The least that a model is made of."""
    root = tmp_path / "project"
    for name, text in {
        "config.yml": """recipe: default.v1
assistant_id: test
language: en
pipeline:
- name: KeywordIntentClassifier
policies:
- name: RulePolicy
""",
        "domain.yml": """version: "3.1"
intents: [greet, goodbye]
responses:
  utter_greet:
  - text: Hello
""",
        "data/nlu/en/all.yml": """version: "3.1"
nlu:
- intent: greet
  examples: |
    - hello
    - good day
- intent: goodbye
  examples: |
    - bye
    - so long
""",
        "data/rules/all.yml": """version: "3.1"
rules:
- rule: greet
  steps:
  - intent: greet
  - action: utter_greet
""",
        "bot/nlu/component.py": "ONE = 1\n",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def settings(tmp_path):
    return Settings.from_environment({"VAR_DIR": str(tmp_path / "var")})


@pytest.fixture
def quick_training(monkeypatch):
    """A training that takes no time: a process that writes a file where Rasa would."""
    runs = []

    def command(folder, root):
        runs.append(folder)
        return [sys.executable, "-c", f"open({str(folder / 'model.tar.gz')!r}, 'w').write('model')"]

    monkeypatch.setattr(training, "_command", command)
    return runs


@pytest.mark.parametrize(
    "changed", ["config.yml", "domain.yml", "data/nlu/en/all.yml", "data/rules/all.yml", "bot/nlu/component.py"]
)
def test_the_name_of_the_model_follows_the_content_of_its_files(project, changed):
    before = model_path(project)
    (project / changed).touch()
    assert model_path(project) == before  # time does not matter
    with (project / changed).open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    assert model_path(project) != before


def test_a_moved_or_new_file_changes_the_model(project):
    before = model_path(project)
    (project / "data/nlu/fr").mkdir()
    (project / "data/nlu/en/all.yml").rename(project / "data/nlu/fr/all.yml")
    assert model_path(project) != before


def test_it_trains_only_when_something_changed(project, settings, quick_training):
    lines = []
    first = ensure_model(settings, lines.append, project)
    assert first == current_model(project) == model_path(project)
    assert ensure_model(settings, lines.append, project) == first
    assert len(quick_training) == 1
    assert "up to date" in lines[-1]
    ensure_model(settings, lines.append, project, force=True)
    assert len(quick_training) == 2
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_the_newest_models_are_kept(project, settings, quick_training):
    made = []
    for number in range(KEPT_MODELS + 2):
        (project / "bot/nlu/component.py").write_text(f"ONE = {number}\n", encoding="utf-8")
        made.append(ensure_model(settings, lambda line: None, project))
        os.utime(made[-1], (number, number))
    assert sorted(made[0].parent.glob("*")) == sorted(made[-KEPT_MODELS:])


def test_without_a_model_the_error_says_how_to_get_one(project):
    with pytest.raises(ModelError, match="python -m bot model train"):
        current_model(project)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("data/nlu/en/all.yml", "nlu:\n- intent: greet\n  examples: |\n    - x\n bad: [\n", r"all\.yml, line 5: "),
        ("domain.yml", "intents: [greet\nentities: []\n", r"domain\.yml, line 2: "),
        ("data/rules/all.yml", "- a list\n", r"all\.yml, line 1: the file must start with a key"),
        ("config.yml", None, r"config\.yml is missing"),
        ("data/nlu/en/all.yml", None, "holds no training examples"),
    ],
)
def test_a_broken_file_is_named_before_anything_is_trained(project, settings, quick_training, name, text, message):
    if text is None:
        (project / name).unlink()
    else:
        (project / name).write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=message):
        ensure_model(settings, lambda line: None, project)
    assert quick_training == []


def test_a_failed_training_gives_its_reason_and_leaves_nothing(project, settings, monkeypatch):
    failing = [sys.executable, "-c", "print('noise'); raise SystemExit('No intents at all')"]
    monkeypatch.setattr(training, "_command", lambda folder, root: failing)
    with pytest.raises(ModelError, match=r"Training failed: No intents at all\. The whole output is in .*train\.log"):
        ensure_model(settings, lambda line: None, project)
    assert list((project / "models").iterdir()) == []


@pytest.mark.slow
def test_rasa_trains_a_model_of_the_files(project, settings):
    check_files(project)
    with tarfile.open(ensure_model(settings, lambda line: None, project)) as model:
        assert any(name.endswith("metadata.json") for name in model.getnames())
    assert not (project / ".rasa").exists() or not list((project / ".rasa" / "cache").glob("*/"))
