import pytest

from bot.errors import DataFileError
from bot.nlu.examples import Example, load_yaml, read_examples


def write(folder, language, text):
    path = folder / language / "topic.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_examples_carry_the_language_of_their_folder(tmp_path):
    write(tmp_path, "en", "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - good [morning](time)\n\n")
    write(
        tmp_path,
        "fr",
        'nlu:\n- intent: greet\n  examples:\n  - text: "- bonjour"\n- synonym: x\n  examples: |\n    - y\n',
    )
    assert read_examples(tmp_path) == [
        Example("hello", "greet", "en"),
        Example("good morning", "greet", "en"),
        Example("bonjour", "greet", "fr"),
    ]


def test_a_missing_folder_holds_no_examples(tmp_path):
    assert read_examples(tmp_path / "nlu") == []


def test_a_broken_file_is_named_with_its_line(tmp_path):
    path = write(tmp_path, "en", 'version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n  - hello\n   bad: [\n')
    with pytest.raises(DataFileError, match=rf"{path}, line \d+: .+ Repair the file"):
        load_yaml(path)


@pytest.mark.parametrize("text", ["- just\n- a list\n", "nlu:\n- intent: greet\n  examples: 5\n"])
def test_a_file_of_another_shape_is_named(tmp_path, text):
    path = write(tmp_path, "en", text)
    with pytest.raises(DataFileError, match=str(path)):
        read_examples(tmp_path)
