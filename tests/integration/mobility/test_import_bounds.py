"""Files that are no feeds, or attacks: refused with a reason, and the database stays as it was."""

import io
import zipfile

import pytest
from import_world import ECHE_ROWS, FEEDS, rows, snapshot, workbook

from bot.errors import DataFileError
from bot.mobility import models
from bot.mobility.imports.files import LARGEST_FILE
from bot.mobility.imports.importer import run_import

BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">
<!ENTITY lol2 "&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol3 "&lol2;&lol2;&lol2;&lol2;&lol2;">]><factsheet-response>&lol3;</factsheet-response>"""
OUTSIDE = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><x>&secret;</x>"""
ARCHIVE = io.BytesIO()
workbook(ARCHIVE, ECHE_ROWS, header=("Name", "Town"))
BAD_FILES = [
    (
        "ewp-factsheet",
        "cut.xml",
        (FEEDS / "factsheet.xml").read_bytes()[:-30],
        "cut.xml:114: is no complete XML document",
    ),
    ("ewp-factsheet", "laughs.xml", BILLION_LAUGHS, "has a DOCTYPE"),
    ("ewp-factsheet", "laughs16.xml", BILLION_LAUGHS.decode().encode("utf-16"), "has a DOCTYPE"),
    ("ewp-factsheet", "outside.xml", OUTSIDE, "has a DOCTYPE"),
    ("ewp-factsheet", "page.html", b"<!DOCTYPE html><body>Please log in<br></body></html>", "is HTML, not XML"),
    ("ewp-factsheet", "iias.xml", (FEEDS / "iias.xml").read_bytes(), "is a document for the adapter ewp-iias"),
    (
        "ewp-iias",
        "old.xml",
        (FEEDS / "iias.xml").read_bytes().replace(b"stable-v7", b"stable-v6"),
        "of another version",
    ),
    ("ewp-courses", "rss.xml", b"<rss/>", "its root is rss, which holds no facts"),
    ("ewp-courses", "nothing.xml", b" \n", "is empty"),
    ("occapi", "page.json", b"<!doctype html><title>502</title>", "is HTML or XML, not JSON"),
    ("occapi", "cut.json", (FEEDS / "occapi_course.json").read_bytes()[:-30], "is no valid JSON"),
    ("occapi", "list.json", b"[]", "holds no `data`"),
    ("occapi", "deep.json", b"[" * 100_000, "nested deeper"),
    ("occapi", "error.json", b'{"errors": [{"status": "404"}]}', "is the error message of a server"),
    ("eche", "header.xlsx", ARCHIVE.getvalue(), "no row names the columns Erasmus Code, PIC"),
    ("eche", "text.xlsx", b"Erasmus Code;PIC", "is no Excel workbook"),
    ("eche", "torn.xlsx", ARCHIVE.getvalue()[:2000], "is no Excel workbook"),
    ("nonsense", "x.xml", b"<x/>", "no adapter has this name; there are ewp-institutions"),
]


@pytest.mark.parametrize(("adapter", "name", "content", "reason"), BAD_FILES, ids=[bad[1] for bad in BAD_FILES])
def test_a_file_that_is_no_feed_is_refused_and_the_database_stays(sqlite_url, tmp_path, adapter, name, content, reason):
    (tmp_path / name).write_bytes(content)
    before = snapshot(sqlite_url)
    with pytest.raises(DataFileError) as refused:
        run_import(adapter, [tmp_path / name], url=sqlite_url)
    assert reason in str(refused.value)
    assert snapshot(sqlite_url) == before
    if adapter != "nonsense":
        (run,) = rows(sqlite_url, models.ImportRun)
        assert run.outcome == "refused"


def test_a_file_of_two_gigabytes_is_refused_unread(sqlite_url, tmp_path):
    with (tmp_path / "huge.xml").open("wb") as file:
        file.truncate(2 * 1024**3)
    with pytest.raises(DataFileError, match=f"has 2048 MB, {LARGEST_FILE // 2**20} MB are allowed"):
        run_import("ewp-courses", [tmp_path / "huge.xml"], url=sqlite_url)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(sqlite_url, tmp_path):
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(300):
                sheet.write(b"0" * 2**20)
    with pytest.raises(DataFileError, match="unpacks to 300 MB"):
        run_import("eche", [tmp_path / "bomb.xlsx"], url=sqlite_url)
