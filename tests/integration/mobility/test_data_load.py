import datetime as dt

import pytest
import yaml
from sqlalchemy import event, func, select
from sqlalchemy.engine import Engine

from bot.errors import DataFileError
from bot.mobility import contacts, courses, models, names, programmes
from bot.mobility.database import session_scope
from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT


@pytest.fixture
def change(small_folder):
    """Return a function that changes the records of one file with a function."""

    def apply(table, function):
        path = small_folder / f"{table}.yml"
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        content["records"] = function(content["records"])
        path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")

    return apply


def without(code):
    return lambda records: [record for record in records if record["code"] != code]


def with_fields(code, **fields):
    return lambda records: [{**record, **fields} if record["code"] == code else record for record in records]


def count(url, model):
    with session_scope(url) as session:
        return session.scalar(select(func.count()).select_from(model))


def summary(report, table):
    found = report.tables[table]
    return found.new, found.changed, found.withdrawn, found.unchanged, len(found.problems)


def test_a_second_load_is_skipped_and_a_forced_one_changes_nothing(url, small_folder):
    first = load(small_folder, url=url)
    assert summary(first, "course") == (4, 0, 0, 0, 0)
    assert not first.skipped
    assert load(small_folder, url=url).skipped
    again = load(small_folder, url=url, force=True)
    assert not again.skipped
    assert not again.changed_anything
    assert all(summary(again, name)[3] == summary(first, name)[0] for name in first.tables)
    assert count(url, models.DataLoad) == 1


def test_a_changed_record_changes_its_row_and_the_data_version(url, small_folder, change):
    load(small_folder, url=url)
    with session_scope(url) as session:
        before = names.data_version(session)
    change("contact", with_fields("office", email="new@example.org"))
    report = load(small_folder, url=url)
    assert summary(report, "contact") == (0, 1, 0, 2, 0)
    with session_scope(url) as session:
        assert contacts.contact_by_code(session, code="office").email == "new@example.org"
        assert names.data_version(session) != before


def test_a_course_that_moves_counts_as_changed(url, small_folder, change):
    load(small_folder, url=url)
    change("course", with_fields("LANG", teaching_units=["UE-1"]))
    assert summary(load(small_folder, url=url), "course") == (0, 1, 0, 3, 0)
    with session_scope(url) as session:
        assert courses.course_by_code(session, code="LANG").semesters == (5,)


def test_a_vanished_record_is_withdrawn_and_comes_back(url, small_folder, change):
    load(small_folder, url=url)
    kept = (small_folder / "contact.yml").read_bytes()
    change("contact", without("police"))
    assert summary(load(small_folder, url=url), "contact") == (0, 0, 1, 2, 0)
    assert count(url, models.Contact) == 3
    with session_scope(url) as session:
        assert contacts.contact_by_code(session, code="police") is None
    (small_folder / "contact.yml").write_bytes(kept)
    assert summary(load(small_folder, url=url), "contact") == (0, 1, 0, 2, 0)


@pytest.mark.parametrize(
    ("table", "fields", "reason"),
    [
        ("contact", {"colour": "blue"}, "colour is no column of contact"),
        ("contact", {"name": None}, "name is missing"),
        ("contact", {"name": {"en": "Office"}}, "name lacks the language fr"),
        ("contact", {"phone": 232956669}, "phone must be a text, not 232956669; put it in quotes"),
        ("contact", {"status": "new"}, "status must be published or draft, not 'new'"),
        ("contact", {"source": "nowhere"}, "source names 'nowhere', which is unknown or wrong itself"),
        ("contact", {"as_of": "2018-13"}, "as_of must be a date of its source"),
        ("contact", {"verified_on": "2026"}, "verified_on must be YYYY-MM or YYYY-MM-DD, not '2026'"),
        ("residence_price", {"amount_max": 1}, "breaks the rule ck_residence_price_range"),
        ("residence_price", {"amount_min": "much"}, "amount_min must be a number, not 'much'"),
        ("deadline", {"day": None}, "breaks the rule ck_deadline_month_day"),
        ("deadline", {"terms": ["winter"]}, "terms names 'winter'"),
        ("programme_edition", {"starts_on": "soon"}, "starts_on must be a date YYYY-MM-DD, not 'soon'"),
        ("programme_event", {"starts_at": "2027-08-30T09:00+00:00"}, "starts_at must be the local time of the campus"),
        ("teaching_unit", {"semester": 11}, "breaks the rule ck_teaching_unit_semester"),
        ("course", {"teaching_units": ["UE-9"]}, "teaching_units names 'UE-9'"),
        ("course", {"departments": [], "teaching_units": []}, "stands nowhere"),
        ("procedure", {"topic": "cheese"}, "topic must be one of welcome, buddy, arrival"),
        ("procedure_statement", {"aspect": "price"}, "aspect must be one of step, document, cost"),
        ("procedure_statement", {"nationality": "french"}, "nationality must be one of any, eu, non_eu"),
        ("procedure_statement", {"stay": "holiday"}, "stay must be one of any, exchange, degree"),
        ("procedure_statement", {"amount": None}, "breaks the rule ck_procedure_statement_currency"),
        ("procedure_statement", {"period": None}, "breaks the rule ck_procedure_statement_period"),
        ("procedure_statement", {"amount": -1}, "breaks the rule ck_procedure_statement_amount"),
        ("procedure_statement", {"amount_max": 1}, "breaks the rule ck_procedure_statement_range"),
        ("source", {"confidence": "rumour"}, "confidence must be one of staff, official"),
    ],
)
def test_a_wrong_record_is_named_with_file_line_and_reason_and_stops_nothing_else(
    url, small_folder, change, table, fields, reason
):
    change(table, lambda records: [{**records[0], "code": "WRONG", **fields}, *records])
    report = load(small_folder, url=url)
    lines = (small_folder / f"{table}.yml").read_text(encoding="utf-8").splitlines()
    line = 1 + next(number for number, text in enumerate(lines) if text.startswith("- "))
    (problem,) = report.problems
    assert problem.startswith(f"{small_folder / table}.yml:{line}: ")
    assert reason in problem
    assert sum(table.new for table in report.tables.values()) == count_records(small_folder) - 1


def count_records(folder):
    return sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))["records"]) for path in folder.glob("*.yml"))


@pytest.mark.parametrize(
    ("table", "fields", "reason"),
    [
        ("procedure_dependency", {"requires": "nowhere"}, "requires names 'nowhere', which is unknown or wrong itself"),
        ("procedure_dependency", {"requires": "permit"}, "breaks the rule ck_procedure_dependency_order"),
        ("public_holiday", {"date": "Christmas"}, "date must be a date YYYY-MM-DD, not 'Christmas'"),
    ],
)
def test_wrong_records_of_tables_without_codes_are_named_too(url, small_folder, change, table, fields, reason):
    change(table, lambda records: [{**records[0], **fields}, *records[1:]])
    (problem,) = load(small_folder, url=url).problems
    assert reason in problem


def test_a_record_that_stands_twice_is_wrong_the_second_time(url, small_folder, change):
    change("contact", lambda records: [*records, records[0]])
    (problem,) = load(small_folder, url=url).problems
    assert "office stands at" in problem
    assert problem.endswith("already")


def test_a_key_that_is_given_twice_is_wrong(url, small_folder):
    with (small_folder / "subject.yml").open("a", encoding="utf-8") as file:
        file.write("- {code: maths, name: {en: maths, fr: maths}, stems: [math], stems: [alg]}\n")
    (problem,) = load(small_folder, url=url).problems
    assert problem.endswith("stems is given twice")


def test_a_row_stays_as_it_was_while_its_record_is_wrong(url, small_folder, change):
    load(small_folder, url=url)
    change("contact", with_fields("office", email=5))
    report = load(small_folder, url=url)
    assert summary(report, "contact") == (0, 0, 0, 2, 1)
    assert len(report.problems) == 1
    with session_scope(url) as session:
        assert contacts.contact_by_code(session, code="office").email == "office@example.org"


def test_wrong_records_are_reported_again_though_no_file_has_changed(url, small_folder, change):
    change("contact", with_fields("office", email=5))
    first = load(small_folder, url=url)
    second = load(small_folder, url=url)
    assert not second.skipped
    assert second.problems == first.problems != []


def test_samples_are_marked_and_left_out_on_demand(url, small_folder):
    (small_folder / "sample").mkdir()
    (small_folder / "programme_edition.yml").rename(small_folder / "sample" / "programme_edition.yml")
    (small_folder / "programme_event.yml").rename(small_folder / "sample" / "programme_event.yml")
    day = dt.date(2027, 1, 1)
    events = (small_folder / "sample" / "programme_event.yml").read_text(encoding="utf-8")
    (small_folder / "sample" / "programme_event.yml").write_text(events.replace("status: draft", "status: sample"))
    assert load(small_folder, url=url).problems == []
    with session_scope(url) as session:
        edition = programmes.next_edition(session, programme="welcome", today=day)
        assert edition.provenance.sample
        assert all(told.provenance.sample for told in edition.events)
    report = load(small_folder, url=url, with_samples=False)
    assert summary(report, "programme_edition") == (0, 0, 3, 0, 0)
    with session_scope(url) as session:
        assert programmes.next_edition(session, programme="welcome", today=day) is None
    assert summary(load(small_folder, url=url), "programme_edition") == (0, 3, 0, 0, 0)


def test_a_published_row_may_not_lean_on_a_sample(url, small_folder):
    (small_folder / "sample").mkdir()
    (small_folder / "programme_edition.yml").rename(small_folder / "sample" / "programme_edition.yml")
    problems = load(small_folder, url=url).problems
    assert len(problems) == 3
    assert all("edition names the sample 'next'; only samples may" in problem for problem in problems)


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("contact.yml", "records:\n- {code: office\n- {", "contact.yml:3: is not valid YAML"),
        ("contact.yml", "facts: []\n", "must hold `records:`"),
        ("contact.yml", b"records: [\xff]", "is not UTF-8 text"),
        ("colour.yml", "records: []", "colour.yml: no table has this name"),
        ("course.csv", "code,code\n", "course.csv:1: the first line must name every column once"),
        ("course.csv", 'code,title_fr\nA,"B\n', "course.csv:2: is not valid CSV"),
    ],
)
def test_a_file_that_cannot_be_read_stops_the_load_before_anything_is_written(url, small_folder, name, content, reason):
    load(small_folder, url=url)
    (small_folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(DataFileError, match=reason):
        load(small_folder, url=url)
    with session_scope(url) as session:
        assert len(contacts.find_contacts(session)) == 2


def test_a_folder_without_data_files_is_refused(url, tmp_path):
    with pytest.raises(DataFileError, match="holds no data files"):
        load(tmp_path, url=url)


def test_csv_files_say_the_same_as_yaml_files(url, small_folder):
    (small_folder / "teaching_unit.yml").unlink()
    (small_folder / "course.yml").unlink()
    end = "page,2021-2022,2026-11\n"
    (small_folder / "teaching_unit.csv").write_text(
        f"code,title_fr,department,semester,ects,source,as_of,verified_on\nUE-1,Été,MECA,5,4.5,{end}UE-2,b,ITI,6,,{end}",
        encoding="utf-8",
    )
    (small_folder / "course.csv").write_text(
        "code,title_fr,language,hours,departments,semesters,teaching_units,source,as_of,verified_on\n"
        f'A,"Chaleur, froid",fr,21,MECA|ITI,5|6,UE-1|UE-2,{end}B,b,fr,,MECA,5,UE-1\nC,c,fr,x,MECA,5,UE-1,{end}',
        encoding="utf-8",
    )
    report = load(small_folder, url=url)
    short, not_a_number = report.problems
    assert short.startswith(f"{small_folder / 'course.csv'}:3: has 7 cells where the header has 10; ")
    assert not_a_number == f"{small_folder / 'course.csv'}:4: hours must be a number, not 'x'"
    with session_scope(url) as session:
        course = courses.course_by_code(session, code="A")
        assert course.title == {"fr": "Chaleur, froid"}
        assert (course.departments, course.semesters) == (("ITI", "MECA"), (5, 6))
        assert len(course.teaching_units) == 2


def test_large_tables_are_not_loaded_row_by_row(full_url):
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        load(PROJECT_ROOT / "data" / "mobility", url=full_url, force=True)
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert len(statements) < 60
