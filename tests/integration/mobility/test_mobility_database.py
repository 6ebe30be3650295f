import datetime as dt

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from import_world import FEEDS
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.errors import DatabaseUnavailableError, SettingsError
from bot.mobility import contacts
from bot.mobility.article_models import SEARCH_TABLE
from bot.mobility.course_index_tables import COURSE_SEARCH
from bot.mobility.database import get_engine, is_up_to_date, migration_config, session_scope, upgrade
from bot.mobility.imports.importer import run_import
from bot.mobility.loading.loader import load
from bot.mobility.models import Contact, DataLoad, ResidencePrice, metadata


def is_ours(name, kind, _parents):
    """Leave out the search indexes, as migrations/env.py does."""
    return kind != "table" or not name.startswith((SEARCH_TABLE, COURSE_SEARCH))


CONSTRAINTS = tuple(
    f"get_{kind}" for kind in ("check_constraints", "foreign_keys", "indexes", "pk_constraint", "unique_constraints")
)


def described(url):
    """Return every constraint and index of a database, by table."""
    inspector = inspect(get_engine(url))
    names = set(inspector.get_table_names()) - {"alembic_version"}
    tables = sorted(name for name in names if not name.startswith((f"{SEARCH_TABLE}_", f"{COURSE_SEARCH}_")))
    return {
        (table, kind): sorted(map(str, found)) if isinstance(found := getattr(inspector, kind)(table), list) else found
        for table in tables
        for kind in CONSTRAINTS
    }


@pytest.fixture(params=["sqlite", "postgresql"])
def two_urls(request, new_url):
    return new_url(request.param), new_url(request.param)


def test_migrations_make_what_the_models_say(two_urls):
    migrated, made = two_urls
    upgrade(migrated)
    metadata.create_all(get_engine(made))
    with get_engine(migrated).connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_ours})
        assert compare_metadata(context, metadata) == []
    assert described(migrated) == described(made)


def test_migrations_go_down_and_up_again(url, small_folder):
    upgrade(url)
    assert is_up_to_date(url)
    with get_engine(url).begin() as connection:
        command.downgrade(migration_config(connection), "base")
    assert inspect(get_engine(url)).get_table_names() == ["alembic_version"]
    assert not is_up_to_date(url)
    upgrade(url)
    upgrade(url)
    assert is_up_to_date(url)
    assert load(small_folder, url=url).problems == []


def test_migrations_go_down_and_up_on_what_was_imported(url, small_folder, tmp_path):
    load(small_folder, url=url)
    run_import("ewp-factsheet", [FEEDS / "factsheet.xml"], url=url)
    rents = "code,residence,kind,amount_min,currency,period\nblue_rent,blue,rent,400,EUR,month\n"
    (tmp_path / "residence_prices.csv").write_text(rents, encoding="utf-8")
    run_import("table", [tmp_path / "residence_prices.csv"], url=url)
    with get_engine(url).begin() as connection:
        command.downgrade(migration_config(connection), "0003")
    upgrade(url)
    report = load(small_folder, url=url, force=True)
    assert report.problems == []
    with session_scope(url) as session:
        assert session.get(ResidencePrice, "blue_rent").source_code == "page"


def test_tables_of_a_newer_program_are_explained(url):
    upgrade(url)
    with get_engine(url).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseUnavailableError, match="newer than this program"):
        upgrade(url)


def test_a_database_without_tables_is_explained(url):
    with pytest.raises(DatabaseUnavailableError, match="run `python -m bot data load`"), session_scope(url) as session:
        contacts.find_contacts(session)


def test_a_database_that_does_not_answer_is_explained_without_its_password(tmp_path):
    url = f"postgresql://someone:secret@/nowhere?host={tmp_path}"
    with pytest.raises(DatabaseUnavailableError, match="does not answer") as raised, session_scope(url) as session:
        contacts.find_contacts(session)
    assert "secret" not in str(raised.value)


def test_a_file_in_a_missing_folder_is_explained(tmp_path):
    url = f"sqlite:///{tmp_path}/missing/mobility.db"
    with pytest.raises(DatabaseUnavailableError, match=r"missing/mobility\.db"), session_scope(url) as session:
        contacts.find_contacts(session)


@pytest.mark.parametrize("url", ["nonsense", "nosuchdatabase://host/name"])
def test_an_address_that_is_none_is_a_setting_to_repair(url):
    with pytest.raises(SettingsError, match="MOBILITY_DATABASE_URL"), session_scope(url):
        pass


def test_a_session_rolls_back_what_is_not_committed(url, small_folder):
    load(small_folder, url=url)
    with session_scope(url) as session:
        session.get(Contact, "office").email = "changed@example.org"
        session.flush()
    with session_scope(url) as session:
        assert session.get(Contact, "office").email == "office@example.org"


def test_foreign_keys_hold(url, small_folder):
    load(small_folder, url=url)
    with pytest.raises(IntegrityError), session_scope(url) as session:
        session.execute(text("UPDATE residence SET provider_code = 'nobody'"))


def test_sqlite_lets_readers_read_while_the_loader_writes(tmp_path, small_folder):
    url = f"sqlite:///{tmp_path}/mobility.db"
    load(small_folder, url=url)
    with session_scope(url) as writer:
        writer.get(Contact, "office").email = "changed@example.org"
        writer.flush()
        with session_scope(url) as reader:
            assert contacts.contact_by_code(reader, code="office").email == "office@example.org"


def test_times_without_a_zone_are_refused(small_url):
    with session_scope(small_url) as session:
        session.add(DataLoad(loaded_at=dt.datetime(2026, 1, 1), digest="", with_samples=True))
        with pytest.raises(StatementError, match="has no time zone"):
            session.flush()
