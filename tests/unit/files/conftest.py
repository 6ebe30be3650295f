import datetime as dt

import pytest

from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.database import session_scope
from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def facts_url(tmp_path_factory):
    url = f"sqlite:///{tmp_path_factory.mktemp('facts') / 'mobility.db'}"
    load(PROJECT_ROOT / "data" / "mobility", url=url)
    return url


@pytest.fixture
def facts(facts_url):
    with session_scope(facts_url) as session:
        yield session


@pytest.fixture
def now():
    return dt.datetime(2026, 11, 23, 11, tzinfo=SCHOOL_TIME)
