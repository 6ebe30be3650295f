"""Spreadsheets of the office: templates, the ways in which Excel writes CSV, cells that hold something else."""

import contextlib
import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_world import FEEDS, rows, snapshot

from bot.errors import DataFileError
from bot.mobility import models
from bot.mobility.database import get_engine
from bot.mobility.imports.feed import Options
from bot.mobility.imports.importer import run_import
from bot.mobility.imports.templates import (
    TABLES,
    empty_csv,
    empty_workbook,
    plural,
    table_named,
    table_of_file,
    template_columns,
)
from bot.mobility.loading.loader import load

HEADER = "code,residence,kind,amount_min,currency,period"
RENT = "new_rent,blue,rent,420,EUR,month"


@pytest.fixture
def hand_in(sqlite_url, tmp_path):
    """Return a function that imports a file with this content."""

    def run(name, content, **how):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return run_import("table", [path], url=sqlite_url, **how)

    return run


def price(url, code="new_rent"):
    (found,) = rows(url, models.ResidencePrice, models.ResidencePrice.code == code)
    return found


def test_every_table_of_facts_has_a_template_that_is_read_again(hand_in):
    for name, table in TABLES.items():
        for ending, content in (("csv", empty_csv(table)), ("xlsx", empty_workbook(table))):
            report = hand_in(f"{plural(name)}.{ending}", content, dry_run=True)
            assert (report.changes, report.issues) == ([], [])
        assert table_named(plural(name)) is table_named(name) is table


def test_a_workbook_template_explains_its_columns():
    book = openpyxl.load_workbook(io.BytesIO(empty_workbook(table_named("residences"))))
    explained = {row[0]: row[1:] for row in book["columns"].iter_rows(values_only=True)}
    assert explained["provider"] == ("yes", "code of a row of housing_provider")
    assert set(explained) - {"column"} == {cell.value for cell in book["residences"][1]}


@pytest.mark.parametrize(("stem", "table"), [
    ("residences", "residence"), ("Residence prices 2027 v2", "residence_price"), ("deadline-2027", "deadline"),
    ("courses", "course"), ("list", None),
])  # fmt: skip
def test_the_name_of_a_file_begins_with_its_table(stem, table):
    found = table_of_file(stem)
    assert (found.name if found is not None else None) == table


WAYS = {
    "commas": f"{HEADER}\n{RENT}\n".encode(),
    "semicolons": f"{HEADER}\n{RENT}\n".replace(",", ";").encode(),
    "tabs": f"{HEADER}\n{RENT}\n".replace(",", "\t").encode(),
    "mark": f"{HEADER}\r\n{RENT}\r\n".encode("utf-8-sig"),
    "utf16": f"{HEADER}\n{RENT}\n".replace(",", "\t").encode("utf-16"),
}


@pytest.mark.parametrize("way", WAYS)
def test_every_way_in_which_spreadsheets_write_csv_is_read(hand_in, sqlite_url, way):
    assert not hand_in("residence_prices.csv", WAYS[way]).issues
    assert price(sqlite_url).amount_min == 420


def test_latin_1_is_read_with_a_warning(hand_in, sqlite_url):
    text = f"{HEADER};note_en;note_fr\n{RENT};heating included;chauffage compris été\n".replace(",", ";")
    report = hand_in("residence_prices.csv", text.encode("latin-1"))
    assert [(issue.severity, issue.place) for issue in report.issues] == [("warning", "residence_prices.csv:1")]
    assert price(sqlite_url).note["fr"] == "chauffage compris été"


def test_a_workbook_with_cells_of_every_kind_is_read(hand_in, sqlite_url):
    book = openpyxl.Workbook()
    book.active.append([*HEADER.split(","), "valid_from", "valid_until", "as_of"])
    book.active.append(["new_rent", "blue", "rent", 420.5, "EUR", "month", dt.datetime(2026, 9, 1), "31/08/2027", 2026])
    target = io.BytesIO()
    book.save(target)
    assert not hand_in("any name.xlsx", target.getvalue(), options=Options(table="residence prices")).issues
    told = price(sqlite_url)
    assert (float(told.amount_min), told.valid_from, told.valid_until, told.as_of) == (
        420.5, dt.date(2026, 9, 1), dt.date(2027, 8, 31), "2026",
    )  # fmt: skip


def test_numbers_dates_and_answers_are_read_as_people_write_them(hand_in, sqlite_url):
    hand_in("published_figures.csv", "code;figure;name_en;name_fr;value;at_least\nnew;beds;beds;lits;1 234,5;oui\n")
    (figure,) = rows(sqlite_url, models.PublishedFigure)
    assert (float(figure.value), figure.at_least) == (1234.5, True)


WRONG_CELLS = [
    ("amount_min,valid_until", "420,31/02/2027", "valid_until must be a date, and 31/02/2027 is none"),
    ("amount_min,valid_until", "420,2027-02-31", "valid_until must be a date YYYY-MM-DD, not '2027-02-31'"),
    ("amount_min,room_type", "420,nowhere", "room_type names 'nowhere', which is unknown or wrong itself"),
    ("amount_min", "much", "amount_min must be a number, not 'much'"),
    ("amount_min", "-5", "breaks the rule ck_residence_price_amount"),
    ("amount_min", "", "amount_min is missing"),
    ("amount_min", "1,2,3", "has 8 cells where the header has 6"),
]


@pytest.mark.parametrize(("columns", "cells", "reason"), WRONG_CELLS)
def test_a_wrong_row_is_named_and_costs_itself_only(hand_in, sqlite_url, columns, cells, reason):
    header = f"code,residence,kind,currency,period,{columns}"
    text = f"{header}\ngood_rent,blue,rent,EUR,month,400\nbad_rent,blue,rent,EUR,month,{cells}\n"
    report = hand_in("residence_prices.csv", text)
    (issue,) = report.issues
    assert (issue.severity, issue.place) == ("error", "residence_prices.csv:3")
    assert reason in issue.reason
    assert price(sqlite_url, "good_rent").amount_min == 400


NO_TABLES = [
    ("list.csv", "a,b\n", "begins with the name of no table"),
    (
        "residence_prices.csv",
        "code,colour\n",
        "'colour' is no column of residence_price; the column 'residence' is missing",
    ),
    ("residence_prices.csv", f"{HEADER},code\n", "'code' stands there twice"),
    ("residence_prices.csv", "<html><body>Log in</body></html>", "is HTML or XML, not CSV"),
    ("residence_prices.csv", b"\x00\x01\x02\x03", "is no text file"),
    ("residence_prices.csv", f'{HEADER}\n"open', "is no valid CSV"),
]


@pytest.mark.parametrize(("name", "content", "reason"), NO_TABLES)
def test_a_file_that_is_no_spreadsheet_of_the_template_is_refused(hand_in, sqlite_url, name, content, reason):
    before = snapshot(sqlite_url)
    with pytest.raises(DataFileError) as refused:
        hand_in(name, content)
    assert reason in str(refused.value)
    assert snapshot(sqlite_url) == before


@pytest.fixture(scope="module")
def lasting_url(tmp_path_factory, small_files):
    """Give a database that many examples of one property share: each of them is a dry run."""
    address = f"sqlite:///{tmp_path_factory.mktemp('lasting')}/mobility.db"
    load(small_files, url=address)
    yield address
    get_engine(address).dispose()


FEED_FILES = {
    "ewp-institutions": "institutions.xml", "ewp-ounits": "ounits.xml", "ewp-factsheet": "factsheet.xml",
    "ewp-courses": "courses.xml", "ewp-iias": "iias.xml", "occapi": "occapi_course.json",
}  # fmt: skip
MANY = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOME_PLACE = Options(institution="some.example")


def imported(adapter, path, url, content, **options):
    """Import in a dry run; whatever the content, the answer is a report or a sentence for a person."""
    path.write_bytes(content)
    with contextlib.suppress(DataFileError):
        report = run_import(
            adapter, [path], dry_run=True, url=url, options=Options(**options) if options else SOME_PLACE
        )
        assert all(issue.place and issue.reason for issue in report.issues)


@MANY
@given(adapter=st.sampled_from(sorted(FEED_FILES)), data=st.data())
def test_no_damage_to_a_feed_gets_past_the_importer(lasting_url, tmp_path, adapter, data):
    content = bytearray((FEEDS / FEED_FILES[adapter]).read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content) - 1))
        end = min(len(content), start + data.draw(st.integers(0, 200)))
        content[start:end] = data.draw(st.binary(max_size=20) | st.just(bytes(content[end : end + 50])))
    imported(adapter, tmp_path / "feed", lasting_url, bytes(content))


NAMES = ("title", "string", "lang", "code", "ects", "meta", "year", "url", "uri", "iscedCode", "data")


@settings(MANY, max_examples=25)
@given(
    resource=st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(NAMES),
            inner,
            max_size=4,
        ),
        max_leaves=12,
    ),
    kind=st.sampled_from(["hei", "ounit", "programme", "course", "instance", "other"]),
)  # fmt: skip
def test_no_resource_of_a_catalogue_gets_past_the_importer(lasting_url, tmp_path, resource, kind):
    attributes = {"title": [{"string": "A title", "lang": "en"}], **(resource if isinstance(resource, dict) else {})}
    document = {"data": [{"type": kind, "id": "one", "attributes": attributes, "meta": resource, "links": resource}]}
    imported("occapi", tmp_path / "feed.json", lasting_url, json.dumps(document).encode())


ODD_CELLS = ("31/02/2027", "1e999", "-0", "yes", "2027-08-30", "blue", "=1+1", "999999999999")
CELLS = st.text(max_size=12) | st.sampled_from(ODD_CELLS)
NOTES = st.text(st.characters(categories=["L", "N", "Zs"]), min_size=1, max_size=30)


@MANY
@given(table=st.sampled_from(sorted(TABLES)), cells=st.lists(st.lists(CELLS, max_size=6), max_size=4))
def test_no_row_of_a_spreadsheet_gets_past_the_importer(lasting_url, tmp_path, table, cells):
    columns = [column.name for column in template_columns(TABLES[table])]
    lines = [columns, *(["new_code", *row] for row in cells)]
    # The csv module of Python 3.10 cannot write the character zero, which a file may hold all the same.
    text = "\n".join(",".join('"{}"'.format(cell.replace('"', '""')) for cell in line) for line in lines)
    content = text.encode("utf-8", errors="replace")
    imported("table", tmp_path / "sheet.csv", lasting_url, content, table=table)


@settings(MANY, max_examples=25)
@given(amount=st.decimals(0, 9999, places=2), note=NOTES)
def test_what_a_spreadsheet_says_is_what_is_told(sqlite_url, tmp_path, amount, note):
    if not note.strip():
        note = "note"
    target = io.StringIO()
    csv.writer(target).writerows(
        [[*HEADER.split(","), "note_en", "note_fr"], [*RENT.replace("420", str(amount)).split(","), note, note]]
    )
    path = tmp_path / "residence_prices.csv"
    path.write_bytes(target.getvalue().encode())
    first = run_import("table", [path], url=sqlite_url)
    assert not first.has_errors
    told = price(sqlite_url)
    assert (told.amount_min, told.note) == (amount, {"en": note.strip(), "fr": note.strip()})
    assert run_import("table", [path], url=sqlite_url).outcome == "unchanged"
