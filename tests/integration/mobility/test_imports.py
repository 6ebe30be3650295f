"""Importing what others hand over: the official examples, twice; withdrawing; dry runs; the record of runs."""

import datetime as dt

import pytest
from import_world import ECHE_FILES, ECHE_ROWS, EXAMPLES, FEEDS, eche_row, example, rows, snapshot, workbook
from sqlalchemy import func, select

from bot.errors import DataFileError
from bot.mobility import models
from bot.mobility.database import session_scope
from bot.mobility.imports.feed import Options
from bot.mobility.imports.history import find_run, find_runs
from bot.mobility.imports.importer import run_import
from bot.mobility.loading.loader import load


def test_the_official_examples_are_imported_and_a_second_time_change_nothing(url, home_folder):
    load(home_folder, url=url)
    for adapter in EXAMPLES:
        first = example(adapter, url)
        assert first.outcome == "done"
        assert first.total("new") > 0
        assert not first.has_errors
        before = snapshot(url)
        second = example(adapter, url)
        assert (second.outcome, second.changes) == ("unchanged", [])
        assert second.total("unchanged") == first.total("new") + first.total("unchanged")
        assert snapshot(url) == before


def test_a_list_with_a_row_that_the_database_refuses_is_imported_without_it(url, home_folder, tmp_path):
    load(home_folder, url=url)
    text = (FEEDS / "occapi_v2.json").read_text(encoding="utf-8").replace("2027-01-31", "2026-01-31")
    (tmp_path / "occapi.json").write_text(text, encoding="utf-8")
    report = run_import("occapi", [tmp_path / "occapi.json"], url=url)
    (error,) = report.issues
    assert (error.severity, error.place) == ("error", "occapi.json:24")
    assert "breaks the rule ck_learning_opportunity_instance_order" in error.reason
    assert len(rows(url, models.LearningOpportunity)) == 1
    assert rows(url, models.LearningOpportunityInstance) == []


def test_the_factsheet_is_read_fact_by_fact(loaded_url):
    report = example("ewp-factsheet", loaded_url)
    entries = {row.code.partition("/")[2]: row for row in rows(loaded_url, models.FactsheetEntry)}
    assert len(entries) == 20
    nomination = entries["nomination/spring"]
    assert (nomination.subject, nomination.term, nomination.month, nomination.day) == ("nomination", "spring", 12, 10)
    assert entries["decision"].weeks == 4
    assert [entries[f"document/{number}"].title for number in (1, 3, 8)] == [
        "Motivation letter", "Language certificate", "Privacy statement",
    ]  # fmt: skip
    assert entries["housing"].email == "email-housing@example.com"
    assert entries["nomination/spring"].source.title["en"].startswith("Mobility Factsheet of example-hei.edu")
    (doubt,) = report.issues
    assert (doubt.severity, doubt.place) == ("warning", "factsheet.xml:10")
    assert "for the spring term applications close on 10-19, before nominations on 12-10" in doubt.reason


def test_institutions_keep_their_codes_and_every_name(loaded_url):
    example("ewp-institutions", loaded_url)
    (oslo,) = rows(loaded_url, models.PartnerInstitution)
    assert (oslo.hei_id, oslo.erasmus_code, oslo.country, oslo.city) == ("uio.no", "N  OSLO01", "NO", "Oslo")
    assert oslo.name == {"en": "University of Oslo", "no": "Universitetet i Oslo"}
    assert oslo.website == "http://www.uio.no/english/"


def test_units_and_courses_belong_to_the_institution_named_or_to_the_school(loaded_url):
    example("ewp-ounits", loaded_url, options=Options(institution="mimuw.example"))
    example("ewp-courses", loaded_url)
    (unit,) = rows(loaded_url, models.InstitutionUnit)
    assert (unit.institution_code, unit.ounit_id, unit.parent_id) == ("mimuw.example", "73", "5")
    assert unit.email is None, "the contact is a person"
    course, programme = rows(loaded_url, models.LearningOpportunity)
    assert course.institution_code == programme.institution_code == "home.example"
    assert (course.ects, course.languages, course.kind) == (15, ["en"], "Course")
    assert [row.ects for row in rows(loaded_url, models.LearningOpportunityInstance)] == [15, None]


def test_an_agreement_of_others_is_never_told(loaded_url):
    report = example("ewp-iias", loaded_url)
    (agreement,) = rows(loaded_url, models.Agreement)
    assert agreement.status is models.Status.DRAFT
    assert any("without home.example" in issue.reason for issue in report.issues)


def test_an_agreement_of_the_school_is_told_with_its_conditions(loaded_url, tmp_path):
    text = (FEEDS / "iias.xml").read_text(encoding="utf-8").replace("hibo.no", "home.example")
    (tmp_path / "iias.xml").write_text(text, encoding="utf-8")
    run_import("ewp-iias", [tmp_path / "iias.xml"], url=loaded_url)
    (agreement,) = rows(loaded_url, models.Agreement)
    assert agreement.status is models.Status.PUBLISHED
    assert (agreement.partner_code, agreement.first_year, agreement.last_year) == (
        "uw.edu.pl",
        "2014-2015",
        "2020-2021",
    )
    assert agreement.valid_until == dt.date(2021, 8, 31)
    studies = rows(loaded_url, models.AgreementCondition)[0]
    assert (studies.mobility.value, studies.direction.value, studies.places) == ("student_studies", "incoming", 2)
    assert studies.languages == ["en B1", "no B1"]


def test_the_second_version_of_occapi_is_read_too(loaded_url):
    report = run_import("occapi", [FEEDS / "occapi_v2.json"], url=loaded_url)
    assert not report.issues
    (course,) = rows(loaded_url, models.LearningOpportunity)
    assert (course.languages, course.study_year, course.terms, course.open_to_exchange) == (
        ["en", "fr"],
        4,
        ["1/2"],
        True,
    )
    (instance,) = rows(loaded_url, models.LearningOpportunityInstance)
    assert instance.opportunity_code == course.code
    assert instance.starts_on == dt.date(2026, 9, 1)


def test_the_list_of_charter_holders_is_repaired_where_it_can_be(loaded_url, tmp_path):
    path = workbook(tmp_path / "accredited_08042026.xlsx", [*ECHE_ROWS, eche_row("?", "12", "SHORT PIC", "", "")])
    report = run_import("eche", [path], url=loaded_url)
    found = {row.pic: row for row in rows(loaded_url, models.PartnerInstitution)}
    assert len(found) == len(ECHE_ROWS)
    assert all(row.is_name_only and row.as_of == "2026-04-08" for row in found.values())
    assert found["999583255"].erasmus_code == "D  AUGSBUR02"
    assert found["944000001"].erasmus_code == "DK FREDERICIA01"
    assert found["944000002"].erasmus_code == "RS PROKUP01"
    assert found["999643007"].country == "GR"
    assert found["999465788"].website == "http://www.insa-rouen.fr"
    assert found["999977754"].valid_until == dt.date(2029, 12, 31)
    repaired = [issue for issue in report.issues if issue.severity == "warning"]
    assert len(repaired) == 3
    (error,) = [issue for issue in report.issues if issue.severity == "error"]
    assert error.place == "accredited_08042026.xlsx:9"
    assert "PIC of nine digits" in error.reason
    assert run_import("eche", [path], url=loaded_url).outcome == "unchanged"


def test_all_rows_of_the_commissions_own_list_are_imported(sqlite_url):
    if not ECHE_FILES:
        pytest.skip("there is no copy of the Commission's list of charter holders; ECHE_FILE may name one")
    report = run_import("eche", ECHE_FILES[-1:], url=sqlite_url)
    with session_scope(sqlite_url) as session:
        count = session.scalar(select(func.count()).select_from(models.PartnerInstitution))
    assert not report.has_errors
    assert count == report.total("new") > 6000
    assert run_import("eche", ECHE_FILES[-1:], url=sqlite_url).outcome == "unchanged"


def test_a_feed_that_would_withdraw_too_much_stops_until_forced(loaded_url, tmp_path):
    run_import("eche", [workbook(tmp_path / "all.xlsx", ECHE_ROWS)], url=loaded_url)
    half = workbook(tmp_path / "half.xlsx", ECHE_ROWS[:3])
    before = snapshot(loaded_url)
    stopped = run_import("eche", [half], url=loaded_url)
    assert stopped.outcome == "stopped"
    assert "3 of 6 rows" in stopped.issues[0].reason
    assert snapshot(loaded_url) == before
    assert run_import("eche", [half], force=True, url=loaded_url).total("withdrawn") == 3
    gone = rows(loaded_url, models.PartnerInstitution, models.PartnerInstitution.status == models.Status.WITHDRAWN)
    assert len(gone) == 3
    with session_scope(loaded_url) as session:
        assert [run.outcome for run in find_runs(session)] == ["done", "stopped", "done"]


def test_a_third_may_be_withdrawn(loaded_url, tmp_path):
    run_import("eche", [workbook(tmp_path / "all.xlsx", ECHE_ROWS)], url=loaded_url)
    report = run_import("eche", [workbook(tmp_path / "most.xlsx", ECHE_ROWS[:4])], url=loaded_url)
    assert (report.outcome, report.total("withdrawn")) == ("done", 2)


def test_a_factsheet_replaces_the_former_one_of_the_same_institution_only(loaded_url, tmp_path):
    text = (FEEDS / "factsheet.xml").read_text(encoding="utf-8")
    (tmp_path / "other.xml").write_text(text.replace("example-hei.edu", "other.example"), encoding="utf-8")
    (tmp_path / "newer.xml").write_text(
        text.replace("--04-10", "--03-31").replace("<details>All grades included</details>", "<details>All</details>")
        .replace("<tor-weeks-limit>3", "<tor-weeks-limit>5"),
        encoding="utf-8",
    )  # fmt: skip
    run_import("ewp-factsheet", [FEEDS / "factsheet.xml", tmp_path / "other.xml"], url=loaded_url)
    report = run_import("ewp-factsheet", [tmp_path / "newer.xml"], url=loaded_url)
    changed = {change.key: dict(change.fields) for change in report.changes}
    assert changed["example-hei.edu/nomination/autumn"] == {"month": (4, 3), "day": (10, 31)}
    assert changed["example-hei.edu/transcript"] == {"weeks": (3, 5)}
    assert (len(changed), report.total("withdrawn")) == (3, 0)
    assert len(rows(loaded_url, models.FactsheetEntry)) == 40


def test_the_day_on_which_files_were_fetched_is_a_difference_only_when_it_is_given(loaded_url):
    example("ewp-factsheet", loaded_url, options=Options(verified_on="2026-10-01"))
    assert example("ewp-factsheet", loaded_url).outcome == "unchanged"
    later = example("ewp-factsheet", loaded_url, options=Options(verified_on="2026-11-20"))
    assert later.total("changed") == 21
    assert {name for change in later.changes for name in change.fields} == {"verified_on"}
    with pytest.raises(DataFileError, match="31/12/2026 is not the day on which files were fetched"):
        example("ewp-factsheet", loaded_url, options=Options(verified_on="31/12/2026"))


def test_a_dry_run_tells_the_difference_and_writes_nothing(loaded_url):
    before = snapshot(loaded_url)
    report = example("ewp-factsheet", loaded_url, dry_run=True)
    assert report.dry_run
    assert report.total("new") == 21
    assert snapshot(loaded_url) == before
    assert rows(loaded_url, models.ImportRun) == []


def test_a_record_that_breaks_the_schema_costs_itself_only(loaded_url, tmp_path):
    text = (FEEDS / "factsheet.xml").read_text(encoding="utf-8")
    start, end = text.index("<factsheet>"), text.index("</factsheet>") + len("</factsheet>")
    second = text[start:end].replace("example-hei.edu", "second.example").replace("--04-10", "--02-31")
    (tmp_path / "two.xml").write_text(text[:end] + "\n" + second + text[end:], encoding="utf-8")
    report = run_import("ewp-factsheet", [tmp_path / "two.xml"], url=loaded_url)
    errors = [issue for issue in report.issues if issue.severity == "error"]
    assert errors
    assert all("--02-31" in issue.reason or "autumn-term" in issue.reason for issue in errors)
    line = text[:end].count("\n") + 2
    assert int(errors[0].place.split(":")[1]) >= line
    assert {row.institution_code for row in rows(loaded_url, models.FactsheetEntry)} == {"example-hei.edu"}
    with session_scope(loaded_url) as session:
        assert find_run(session, report.run_id).issues[0].reason == report.issues[0].reason


def test_schemas_need_no_network(monkeypatch, sqlite_url):
    import socket

    from bot.mobility.imports import xml_files

    def refuse(*_arguments, **_named):
        raise AssertionError("a schema was fetched")

    monkeypatch.setattr(socket, "socket", refuse)
    xml_files._schema.cache_clear()
    for adapter in ("ewp-institutions", "ewp-ounits", "ewp-factsheet", "ewp-courses", "ewp-iias"):
        example(adapter, sqlite_url, dry_run=True, options=Options(institution="some.example"))


def test_without_a_school_the_owner_of_a_feed_must_be_named(sqlite_url):
    with pytest.raises(DataFileError, match="give --institution"):
        example("ewp-courses", sqlite_url)


def test_an_import_tells_the_readers_of_names_that_there_are_new_ones(loaded_url, home_folder):
    from bot.mobility.names import data_version

    with session_scope(loaded_url) as session:
        before = data_version(session)
    example("ewp-factsheet", loaded_url)
    with session_scope(loaded_url) as session:
        assert data_version(session) != before
    assert not load(home_folder, url=loaded_url).changed_anything, "what was imported is no business of the files"
    assert load(home_folder, url=loaded_url).skipped
