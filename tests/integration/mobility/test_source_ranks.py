"""Whose word counts: staff, then the office's spreadsheet, the school's page, a standard feed, others."""

import pytest
import yaml
from import_world import FEEDS, rows, snapshot
from sqlalchemy import select

from bot.errors import CorrectionError
from bot.mobility import contacts, corrections, courses, models
from bot.mobility.database import session_scope
from bot.mobility.imports.importer import run_import
from bot.mobility.loading.claims import find_conflicts
from bot.mobility.loading.loader import LOADED_TABLES, load


@pytest.fixture
def home_url(url, home_folder):
    load(home_folder, url=url)
    return url


def spreadsheet(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def price(url, code="blue_rent"):
    with session_scope(url) as session:
        return session.get(models.ResidencePrice, code)


def conflicts(url):
    with session_scope(url) as session:
        return [(found.key, dict(found.said)) for found in find_conflicts(session, LOADED_TABLES)]


def correct(url, **change):
    with session_scope(url) as session:
        corrections.correct_fact(session, **{"verified_on": "2026-11-23", "author": "office", **change})
        session.commit()


RENTS = "code,residence,kind,amount_min,amount_max,currency,period\nblue_rent,blue,rent,400,450,EUR,month\n"


def test_the_spreadsheet_of_the_office_beats_the_files_and_both_are_kept(home_url, home_folder, tmp_path):
    path = spreadsheet(tmp_path, "residence_prices.csv", RENTS)
    report = run_import("table", [path], url=home_url)
    (change,) = report.changes
    assert {name: (float(old), float(new)) for name, (old, new) in change.fields.items() if "amount" in name} == {
        "amount_min": (308, 400),
        "amount_max": (385.5, 450),
    }
    told = price(home_url)
    assert (told.amount_min, told.room_type_code) == (400, "blue_studio"), "what the spreadsheet does not say stays"
    assert "residence_prices.csv" in told.source.title["en"]
    assert conflicts(home_url) == [("blue_rent", {"amount_min": "308.00", "amount_max": "385.50"})]
    again = load(home_folder, url=home_url)
    assert not again.changed_anything
    assert len(again.tables["residence_price"].disputes) == 1
    assert price(home_url).amount_min == 400
    assert run_import("table", [path], url=home_url).outcome == "unchanged"


def test_what_the_files_say_is_told_again_when_the_spreadsheet_drops_it(home_url, tmp_path):
    run_import("table", [spreadsheet(tmp_path, "residence_prices.csv", RENTS)], url=home_url)
    other = RENTS.replace("blue_rent", "other_rent")
    run_import("table", [spreadsheet(tmp_path, "residence_prices.csv", other)], complete=True, force=True, url=home_url)
    told = price(home_url)
    assert (told.amount_min, told.status, told.source_code) == (308, models.Status.PUBLISHED, "page")
    assert conflicts(home_url) == []


def test_files_beat_what_is_only_mentioned_and_a_feed_beats_third_parties(home_url, home_folder):
    partners = {
        "defaults": {"verified_on": "2026-11", "source": "rumour"},
        "records": [{"code": "oslo", "hei_id": "uio.no", "name": {"en": "Oslo"}, "aliases": ["UiO"], "city": "Osl"}],
    }
    (home_folder / "partner_institution.yml").write_text(yaml.safe_dump(partners), encoding="utf-8")
    sources = yaml.safe_load((home_folder / "source.yml").read_text(encoding="utf-8"))
    sources["records"].append({**sources["records"][0], "code": "rumour", "confidence": "third_party"})
    (home_folder / "source.yml").write_text(yaml.safe_dump(sources), encoding="utf-8")
    assert load(home_folder, url=home_url).problems == []
    run_import("ewp-institutions", [FEEDS / "institutions.xml"], url=home_url)
    (oslo,) = rows(home_url, models.PartnerInstitution)
    assert (oslo.code, oslo.city, oslo.aliases) == ("oslo", "Oslo", ["UiO"])
    assert run_import("ewp-institutions", [FEEDS / "institutions.xml"], url=home_url).outcome == "unchanged"
    assert not load(home_folder, url=home_url, force=True).changed_anything
    assert ("oslo", {"city": "Osl", "name": {"en": "Oslo"}}) in conflicts(home_url)


def test_a_correction_stays_whatever_is_loaded_or_imported_later(home_url, home_folder, tmp_path):
    correct(
        home_url, table="residence_price", key="blue_rent", field="amount_min", value="320,50",
        source_title="Letter of the residence", source_url="https://example.org/letter",
    )  # fmt: skip
    load(home_folder, url=home_url, force=True)
    run_import("table", [spreadsheet(tmp_path, "residence_prices.csv", RENTS)], url=home_url)
    told = price(home_url)
    assert (float(told.amount_min), told.verified_on, told.as_of) == (320.5, "2026-11-23", None)
    assert told.source.title == {"en": "Letter of the residence", "fr": "Letter of the residence"}
    assert told.source.url == "https://example.org/letter"
    assert len(conflicts(home_url)) == 2
    with session_scope(home_url) as session:
        (correction,) = corrections.find_corrections(session)
    assert (correction.old_value, correction.new_value, correction.author) == ("308.00", "320.50", "office")


def test_a_correction_is_told_at_once_and_can_be_taken_back(home_url, home_folder):
    correct(home_url, table="contact", key="office", field="phone", value="+33 2 32 95 97 00")
    correct(home_url, table="contact", key="office", field="email", value="new@example.org")
    load(home_folder, url=home_url, force=True)
    with session_scope(home_url) as session:
        found = contacts.contact_by_code(session, code="office")
        assert (found.phone, found.email) == ("+33 2 32 95 97 00", "new@example.org")
        assert corrections.take_back(session, table="contact", key="office", author="office")
        assert not corrections.take_back(session, table="contact", key="office", author="office")
        session.commit()
    with session_scope(home_url) as session:
        found = contacts.contact_by_code(session, code="office")
        assert (found.phone, found.email) == (None, "office@example.org")
    assert not load(home_folder, url=home_url, force=True).changed_anything


def test_a_corrected_title_is_found_by_its_new_words(home_url):
    correct(home_url, table="course", key="LANG", field="title", value={"fr": "Espagnol"})
    with session_scope(home_url) as session:
        assert courses.course_by_code(session, code="LANG").title == {"fr": "Espagnol"}
        assert session.scalar(select(models.Course.search_title).where(models.Course.code == "LANG")) == " espagnol"


def test_rows_with_several_key_columns_can_be_corrected(home_url):
    correct(home_url, table="teaching_unit", key="UE-1|MECA|5", field="ects", value="5")
    with session_scope(home_url) as session:
        query = select(models.TeachingUnit.ects).where(models.TeachingUnit.department_code == "MECA")
        assert 5 in session.scalars(query).all()


WRONG = [
    ({"table": "nothing", "key": "x", "field": "y", "value": "z"}, "nothing is no table of facts"),
    ({"field": "amount_min", "key": "no_such", "value": "1"}, "there is no such fact"),
    ({"field": "code", "value": "1"}, "code cannot be corrected; of residence_price these can: residence_code"),
    ({"field": "amount_min", "value": "much"}, "amount_min must be a number, not 'much'"),
    ({"field": "amount_min", "value": None}, "amount_min cannot be empty"),
    ({"field": "amount_max", "value": "1"}, "That does not fit the rest of the row"),
    ({"field": "residence_code", "value": "nowhere"}, "residence has no 'nowhere'"),
    ({"field": "amount_min", "value": "1", "verified_on": "31/02/2026"}, "31/02/2026 is none"),
    ({"field": "amount_min", "value": "1", "source_url": "javascript:alert(1)"}, "is no address of a page"),
]


@pytest.mark.parametrize(("change", "reason"), WRONG)
def test_a_wrong_correction_is_refused_in_words_and_changes_nothing(sqlite_url, change, reason):
    url = sqlite_url
    before = snapshot(url)
    with pytest.raises(CorrectionError) as refused:
        correct(url, **{"table": "residence_price", "key": "blue_rent", **change})
    assert reason in str(refused.value)
    assert snapshot(url) == before
