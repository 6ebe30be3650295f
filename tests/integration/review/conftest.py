"""A tracker store and a review database, on SQLite and on PostgreSQL."""

import pytest
from tracker_events import TrackerStore, shown

from bot.review.database import get_engine, session_scope
from bot.review.projection.projector import Projector


@pytest.fixture(params=["sqlite", "postgresql"])
def urls(request, tmp_path):
    if request.param == "sqlite":
        return [f"sqlite:///{tmp_path / name}.db" for name in ("conversations", "review")]
    new = request.getfixturevalue("new_postgresql_url")
    return [new(), new()]


@pytest.fixture
def store(urls):
    store = TrackerStore(urls[0])
    yield store
    store.engine.dispose()


@pytest.fixture
def review_url(urls):
    yield urls[1]
    get_engine(urls[1]).dispose()


@pytest.fixture
def projector(store, review_url):
    projector = Projector(store.url, review_url, shown)
    yield projector
    projector.close()


@pytest.fixture
def session(review_url):
    with session_scope(review_url) as session:
        yield session
