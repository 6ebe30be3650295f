"""What a correction or an import changes is found at once, without a new load or a restart."""

import pytest

from bot.mobility.corrections import correct_fact, take_back
from bot.mobility.database import session_scope
from bot.mobility.imports.importer import run_import
from bot.mobility.loading.loader import load
from bot.mobility.names import data_version, load_names
from bot.mobility.partners import find_institutions
from bot.mobility.statements import find_offices, find_statements

PARTNERS = """
defaults: {source: page, verified_on: '2026-11'}
records:
- {code: far, name: {und: Universitas Longinqua}, country: IT}
- {code: near, name: {und: Universitas Propinqua}, country: IT}
"""


@pytest.fixture
def partners_url(url, small_folder):
    (small_folder / "partner_institution.yml").write_text(PARTNERS, encoding="utf-8")
    assert load(small_folder, url=url).problems == []
    return url


def correct(session, table, key, field, value):
    correct_fact(session, table=table, key=key, field=field, value=value, verified_on="2026-11-20", author="office")


def test_a_corrected_alias_names_its_institution_until_it_is_taken_back(partners_url):
    with session_scope(partners_url) as session:
        assert find_institutions(session, "is Zephyrium a partner?").codes == ()
        correct(session, "partner_institution", "far", "aliases", ["Zephyrium"])
        assert find_institutions(session, "is Zephyrium a partner?").codes == ("far",)
        take_back(session, table="partner_institution", key="far", author="office")
        assert find_institutions(session, "is Zephyrium a partner?").codes == ()


def test_a_corrected_statement_and_a_corrected_desk_are_found_by_their_new_words(partners_url):
    with session_scope(partners_url) as session:
        correct(session, "campus_statement", "gym", "text", {"en": "Snorkelling in the basin", "fr": "Plongée"})
        correct(session, "contact", "office", "purpose", {"en": "Lends umbrellas", "fr": "Prête des parapluies"})
        assert [hit.code for hit in find_statements(session, text="where is snorkelling")] == ["gym"]
        assert [hit.contact.code for hit in find_offices(session, text="who lends umbrellas")] == ["office"]


def test_a_new_name_of_a_spreadsheet_is_announced_and_known(partners_url, tmp_path):
    with session_scope(partners_url) as session:
        before = data_version(session)
    (tmp_path / "residences.csv").write_text(
        "code,provider,name_en,name_fr\nblue,school,Cobalt House,Maison Cobalt\n", encoding="utf-8"
    )
    report = run_import("table", [tmp_path / "residences.csv"], url=partners_url)
    assert not report.has_errors
    with session_scope(partners_url) as session:
        assert data_version(session) != before
        assert "Cobalt House" in {row.name for row in load_names(session)}
