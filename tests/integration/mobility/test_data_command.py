import argparse
import dataclasses

import pytest
import yaml

from bot.cli import data
from bot.errors import DatabaseUnavailableError
from bot.settings import Settings


@pytest.fixture
def run(tmp_path):
    """Return a function that runs `python -m bot data ...` on a database of its own."""
    settings = dataclasses.replace(
        Settings.from_environment({"VAR_DIR": str(tmp_path)}), mobility_database_url=f"sqlite:///{tmp_path}/var/mobility.db"
    )
    parser = argparse.ArgumentParser()
    data.add_arguments(parser)
    return lambda *words: data.run(parser.parse_args(list(map(str, words))), settings)


def row(output, table):
    return next(line.split()[1:] for line in output.splitlines() if line.split()[:1] == [table])


def test_load_tells_what_it_did(run, small_folder, capsys):
    assert run("load", "--from", small_folder) == 0
    output = capsys.readouterr().out
    assert row(output, "table") == ["new", "changed", "withdrawn", "unchanged", "wrong"]
    assert row(output, "course") == ["4", "0", "0", "0", "0"]


def test_load_says_when_there_is_nothing_to_do(run, small_folder, capsys):
    run("load", "--from", small_folder)
    capsys.readouterr()
    assert run("load", "--from", small_folder) == 0
    assert "loaded already" in capsys.readouterr().out
    assert run("load", "--from", small_folder, "--force") == 0
    assert "Nothing has changed" in capsys.readouterr().out


def test_load_names_wrong_records_and_fails(run, small_folder, capsys):
    path = small_folder / "contact.yml"
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    content["records"][1]["phone"] = 17
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    assert run("load", "--from", small_folder) == 1
    captured = capsys.readouterr()
    assert row(captured.out, "contact")[-1] == "1"
    assert "contact.yml:" in captured.err
    assert "1 wrong record left out; the rest is loaded." in captured.err


def test_status_counts_rows(run, small_folder, capsys):
    run("load", "--from", small_folder)
    capsys.readouterr()
    assert run("status") == 0
    output = capsys.readouterr().out
    assert row(output, "table") == ["published", "sample", "draft", "withdrawn"]
    assert row(output, "contact") == ["2", "0", "1", "0"]
    assert "Last change: " in output
    assert "Sample rows: 0." in output


def test_status_without_a_database_says_what_to_do(run):
    with pytest.raises(DatabaseUnavailableError, match="python -m bot data load"):
        run("status")
