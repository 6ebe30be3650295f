"""What the tests of imports share: the official examples, an excerpt of the list of charter holders."""

import datetime as dt
import os
from pathlib import Path

import openpyxl
from sqlalchemy import select

from bot.mobility import models
from bot.mobility.database import get_engine, session_scope
from bot.mobility.imports.importer import run_import
from bot.settings import PROJECT_ROOT

FEEDS = Path(__file__).parent / "feeds"
ECHE_FILES = sorted(
    [Path(os.environ["ECHE_FILE"])]
    if os.environ.get("ECHE_FILE")
    else (PROJECT_ROOT.parent / "shared" / "standards" / "eche").glob("*.xlsx")
)
EXAMPLES = {
    "ewp-institutions": ("institutions.xml",),
    "ewp-ounits": ("ounits.xml",),
    "ewp-factsheet": ("factsheet.xml",),
    "ewp-courses": ("courses.xml",),
    "ewp-iias": ("iias.xml",),
    "occapi": ("occapi_hei.json", "occapi_ounits.json", "occapi_programmes.json", "occapi_courses.json"),
}
ECHE_HEADER = (
    "Proposal number", "Erasmus Code", "PIC", "OID", "Legal Name", "Street", "Post Cd", "City", "Country Cd",
    "Website Url", "Erasmus Eche Start", "Erasmus Eche End",
)  # fmt: skip


def eche_row(code, pic, name, city, country, website=""):
    charter = dt.datetime(2021, 1, 1), dt.datetime(2029, 12, 31)
    return ("101010328", code, pic, "E10206992", name, "STREET", "76 801", city, country, website, *charter)


ECHE_ROWS = (
    eche_row("F  ROUEN06", "999465788", "INSTITUT NATIONAL", "SAINT ETIENNE DU ROUVRAY", "FR", "www.insa-rouen.fr "),
    eche_row("I  TORINO02", "999977754", "POLITECNICO DI TORINO", "TORINO", "IT", "www.polito.it"),
    eche_row("G  ATHINE01", "999643007", "ETHNIKO PANEPISTIMIO ATHINON", "ATHINA", "EL", None),
    eche_row("D\N{NO-BREAK SPACE} AUGSBUR02", "999583255", "TECHNISCHE HOCHSCHULE", "AUGSBURG", "DE"),
    eche_row("DK FREDERICIA 01", "944000001", "FREDERICIA MASKINMESTERSKOLE", "FREDERICIA", "DK"),
    eche_row("RSPROKUP01", "944000002", "VISOKA SKOLA PROKUPLJE", "PROKUPLJE", "RS"),
)


def workbook(path, rows, header=ECHE_HEADER):
    book = openpyxl.Workbook()
    for row in ((), header, *rows):
        book.active.append(row)
    book.save(path)
    return path


def example(adapter, url, **how):
    return run_import(adapter, [FEEDS / name for name in EXAMPLES[adapter]], url=url, **how)


def rows(url, model, *conditions):
    with session_scope(url) as session:
        return session.scalars(select(model).where(*conditions).order_by(*model.__table__.primary_key)).all()


def snapshot(url):
    """Return everything the database holds but the record of runs."""
    with get_engine(url).connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in models.metadata.sorted_tables
            if table.name not in ("import_run", "import_issue")
        }
