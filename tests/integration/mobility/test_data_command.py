import argparse
import dataclasses

import pytest
import yaml
from import_world import FEEDS

from bot.cli import data
from bot.errors import DatabaseUnavailableError, DataFileError
from bot.settings import Settings


@pytest.fixture
def run(tmp_path):
    """Return a function that runs `python -m bot data ...` on a database of its own."""
    settings = dataclasses.replace(
        Settings.from_environment({"VAR_DIR": str(tmp_path)}),
        mobility_database_url=f"sqlite:///{tmp_path}/var/mobility.db",
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


def test_import_prints_the_difference_and_then_that_there_is_none(run, home_folder, capsys):
    run("load", "--from", home_folder)
    capsys.readouterr()
    assert run("import", "ewp-factsheet", FEEDS / "factsheet.xml", "--dry-run") == 0
    assert "Dry run: nothing is written." in capsys.readouterr().out
    assert run("import", "ewp-factsheet", FEEDS / "factsheet.xml") == 0
    captured = capsys.readouterr()
    assert row(captured.out, "factsheet_entry") == ["20", "0", "0", "0"]
    assert "+ factsheet_entry example-hei.edu/nomination/autumn" in captured.out
    assert "warning: factsheet.xml:10: example-hei.edu: for the spring term" in captured.err
    assert run("import", "ewp-factsheet", FEEDS / "factsheet.xml") == 0
    output = capsys.readouterr().out
    assert row(output, "factsheet_entry") == ["0", "0", "0", "20"]
    assert "Nothing has changed" in output


def test_a_changed_field_is_printed_with_its_value_before_and_after(run, home_folder, tmp_path, capsys):
    run("load", "--from", home_folder)
    run("import", "ewp-factsheet", FEEDS / "factsheet.xml")
    text = (FEEDS / "factsheet.xml").read_text(encoding="utf-8").replace("--04-10", "--03-10")
    (tmp_path / "newer.xml").write_text(text, encoding="utf-8")
    capsys.readouterr()
    run("import", "ewp-factsheet", tmp_path / "newer.xml")
    lines = capsys.readouterr().out.splitlines()
    assert lines[lines.index("~ factsheet_entry example-hei.edu/nomination/autumn") + 1] == "    month: 4 -> 3"


def test_imports_are_listed_with_their_issues(run, home_folder, tmp_path, capsys):
    assert run("load", "--from", home_folder) == 0
    run("imports")
    assert "Nothing has been imported yet." in capsys.readouterr().out
    (tmp_path / "page.json").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(DataFileError):
        run("import", "occapi", tmp_path / "page.json")
    run("import", "ewp-factsheet", FEEDS / "factsheet.xml")
    capsys.readouterr()
    assert run("imports") == 0
    newest, oldest = capsys.readouterr().out.splitlines()
    assert newest.endswith("ewp-factsheet  factsheet.xml: done; 21 new, 0 changed, 0 withdrawn, 0 unchanged; 1 issues")
    assert "occapi  page.json: refused" in oldest
    assert run("imports", "1") == 0
    assert "error: page.json: page.json: is HTML or XML, not JSON" in capsys.readouterr().out
    assert run("imports", "9") == 1


def test_conflicts_are_listed_field_by_field(run, home_folder, tmp_path, capsys):
    run("load", "--from", home_folder)
    run("conflicts")
    assert "No two sources disagree." in capsys.readouterr().out
    (tmp_path / "contacts.csv").write_text("code,name_en,name_fr,email\noffice,text,texte,new@example.org\n")
    assert run("import", "table", tmp_path / "contacts.csv") == 0
    capsys.readouterr()
    assert run("conflicts") == 0
    assert capsys.readouterr().out.splitlines() == [
        "contact office: page says otherwise",
        "    email: told is 'new@example.org', said is 'office@example.org'",
    ]
    run("load", "--from", home_folder)
    assert "Another source says otherwise of 1 rows" in capsys.readouterr().out


def test_a_template_is_written_once(run, tmp_path, capsys):
    assert run("template", "residences", "--to", tmp_path) == 0
    assert (tmp_path / "residences.csv").read_bytes().startswith(b"\xef\xbb\xbfcode,provider,contact,name_en,name_fr")
    assert "provider (required): code of a row of housing_provider" in capsys.readouterr().out
    assert run("template", "residences", "--to", tmp_path) == 1
    with pytest.raises(DataFileError, match="no table has this name; there are institutions"):
        run("template", "cheeses", "--to", tmp_path)
    with pytest.raises(DataFileError, match="cannot be written"):
        run("template", "residences", "--to", tmp_path / "nowhere")


def test_the_exit_status_of_a_check_says_what_there_is_to_do(run, home_folder, capsys):
    run("load", "--from", home_folder)
    capsys.readouterr()
    assert run("check") == 1
    output = capsys.readouterr().out
    assert "wrong: procedure permit: names the contact draft_office, which is not told" in output
    assert run("check", "--only", "renew") == 3
    assert {line.split(":")[0] for line in capsys.readouterr().out.splitlines()[:-1]} == {"renew"}
