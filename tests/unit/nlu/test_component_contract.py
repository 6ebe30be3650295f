"""What every component of config.yml has to keep to."""

import copy
import importlib

import pytest
import yaml
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message

from bot.nlu.examples import load_yaml
from bot.nlu.options import checked_options, number_between, numbers_named, text, text_list, whole_number
from bot.nlu.sentence_embedding import SentenceEmbedding
from bot.settings import PROJECT_ROOT

STEPS = [step for step in load_yaml(PROJECT_ROOT / "config.yml")["pipeline"] if step["name"].startswith("bot.nlu.")]


def component_of(step):
    module, _, name = step["name"].rpartition(".")
    return getattr(importlib.import_module(module), name)


@pytest.fixture(params=STEPS, ids=lambda step: step["name"].rpartition(".")[2])
def step(request):
    return request.param


@pytest.fixture(autouse=True)
def no_database(monkeypatch, tmp_path):
    monkeypatch.setenv("MOBILITY_DATABASE_URL", f"sqlite:///{tmp_path / 'none.db'}")


@pytest.fixture
def trained(step, create, load, training_data, example_folder):
    """The component as Rasa has it in the running assistant."""
    component = component_of(step)
    options = {key: value for key, value in step.items() if key != "name"}
    if "examples" in options:
        options["examples"] = str(example_folder)
    new = create(component, **options)
    data = create(SentenceEmbedding).process_training_data(training_data)
    if DefaultV1Recipe._registered_components[component.__name__].is_trainable:
        new.train(data)
    return load(component, **options)


def messages():
    found = {"entity": "other", "value": "1", "start": 0, "end": 1, "extractor": "Other"}
    made = [
        Message({"text": text, "entities": [copy.deepcopy(found)]}) for text in ("how much is a room", "ça va ?", "🙂")
    ]
    return [*made, Message({"text": ""})], found


def test_it_leaves_text_and_entities_of_others_as_they_are(step, trained, create):
    given, found = messages()
    component = component_of(step)
    if component.required_components():
        create(component.required_components()[0]).process(given)
    given = trained.process(given)
    assert [message.get("text") for message in given] == ["how much is a room", "ça va ?", "🙂", ""]
    for message in given[:3]:
        assert found in message.get("entities")
        for entity in message.get("entities"):
            assert set(entity) >= {"entity", "value", "start", "end", "extractor"}
            assert isinstance(entity["value"], str)
            assert 0 <= entity["start"] <= entity["end"] <= len(message.get("text"))


def test_its_options_in_config_yml_are_its_own(step):
    assert set(step) - {"name"} <= set(component_of(step).get_default_config())


def test_a_wrong_option_names_component_and_option(step, create):
    component = component_of(step)
    with pytest.raises(InvalidConfigException, match=rf"{component.__name__} has no option 'colour'"):
        create(component, colour="blue")
    for option in component.get_default_config():
        with pytest.raises(InvalidConfigException, match=rf"option '{option}' of {component.__name__}"):
            create(component, **{option: object()})


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        (number_between(0, 1), [0, 0.5, 1], [-0.1, 2, "0.5", True, None]),
        (whole_number(1, 3), [1, 3], [0, 4, 1.5, True, "2"]),
        (text_list(), [[], ["a"]], ["a", [1], None]),
        (text(), ["a"], ["", 1, None]),
        (numbers_named("a", "b"), [{"a": 1, "b": -0.5}], [{"a": 1}, {"a": 1, "b": "2"}, {"a": 1, "b": 2, "c": 3}, 1]),
    ],
)
def test_checks_of_options(check, good, bad):
    is_good, _ = check
    assert all(is_good(value) for value in good)
    assert not any(is_good(value) for value in bad)


def test_the_message_about_a_wrong_option_says_what_a_good_one_is():
    class Component:
        @staticmethod
        def get_default_config():
            return {"margin": 0.2}

    with pytest.raises(
        InvalidConfigException, match=r"option 'margin' of Component is 2; it must be a number from 0 to 1"
    ):
        checked_options(Component, {"margin": 2}, {"margin": number_between(0, 1)})
    assert checked_options(Component, {"num_threads": 1}, {"margin": number_between(0, 1)})["margin"] == 0.2


def test_every_step_of_the_pipeline_says_why_it_is_there():
    text = (PROJECT_ROOT / "config.yml").read_text(encoding="utf-8")
    lines = text.splitlines()
    steps = [number for number, line in enumerate(lines) if line.startswith("- name:")]
    assert len(steps) == len(yaml.safe_load(text)["pipeline"]) + len(yaml.safe_load(text)["policies"])
    assert [lines[number] for number in steps if not lines[number - 1].startswith("#")] == []
