import datetime as dt

import pytest

from bot.mobility import models
from bot.mobility.database import get_engine, session_scope
from bot.mobility.names import load_names
from bot.nlu.known_names import KnownNames


@pytest.fixture
def database(tmp_path):
    url = f"sqlite:///{tmp_path / 'mobility.db'}"
    models.metadata.create_all(get_engine(url))
    with session_scope(url) as session:
        session.add(models.Source(code="page", title={"en": "Page"}, confidence=models.Confidence.OFFICIAL))
        session.commit()
    return url


def load_department(url, number, name):
    """What one run of `python -m bot data load` leaves."""
    with session_scope(url) as session:
        session.add(
            models.Department(
                code=f"D{number}", name={"en": name}, aliases=[], source_code="page", verified_on="2026-11"
            )
        )
        moment = dt.datetime(2026, 11, number, tzinfo=dt.timezone.utc)
        session.add(models.DataLoad(loaded_at=moment, digest=f"{number}" * 64, with_samples=True))
        session.commit()


def codes(names, text):
    return [found.row.code for found in names.gazetteer.find(text)]


def test_names_follow_the_database_without_a_restart(database):
    now = [0.0]
    load_department(database, 1, "Mechanics")
    names = KnownNames(database, refresh_seconds=5, clock=lambda: now[0])
    names.refresh()
    assert codes(names, "mechanics and chemistry") == ["D1"]
    load_department(database, 2, "Chemistry")
    now[0] = 4.9
    names.refresh()
    assert codes(names, "mechanics and chemistry") == ["D1"]
    now[0] = 5.1
    names.refresh()
    assert codes(names, "mechanics and chemistry") == ["D1", "D2"]


def test_unchanged_data_is_not_read_again(database):
    now = [0.0]
    load_department(database, 1, "Mechanics")
    names = KnownNames(database, refresh_seconds=0, clock=lambda: now[0])
    names.refresh()
    before = names.gazetteer
    now[0] = 1.0
    names.refresh()
    assert names.gazetteer is before


def test_the_names_of_a_very_large_table_stay_in_the_database(database, monkeypatch):
    monkeypatch.setattr("bot.mobility.names.MOST_NAMED_ROWS", 1)
    load_department(database, 1, "Mechanics")
    with session_scope(database) as session:
        assert [row.name for row in load_names(session)] == ["Mechanics", "D1"]
    load_department(database, 2, "Chemistry")
    with session_scope(database) as session:
        assert load_names(session) == ()


def test_a_missing_database_is_said_once_and_found_when_it_comes(tmp_path, caplog):
    url = f"sqlite:///{tmp_path / 'later.db'}"
    now = [0.0]
    names = KnownNames(url, refresh_seconds=1, clock=lambda: now[0])
    for now[0] in (0.0, 2.0, 4.0):
        names.refresh()
    assert caplog.text.count("not recognised") == 1
    assert "python -m bot data load" in caplog.text
    assert codes(names, "mechanics") == []
    models.metadata.create_all(get_engine(url))
    with session_scope(url) as session:
        session.add(models.Source(code="page", title={"en": "Page"}, confidence=models.Confidence.OFFICIAL))
        session.commit()
    load_department(url, 1, "Mechanics")
    now[0] = 6.0
    names.refresh()
    assert codes(names, "mechanics") == ["D1"]
