import pytest
from conversation_partner import Student

from bot.mobility.loading.loader import load
from bot.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def mobility_url(tmp_path_factory):
    """The real facts, loaded once."""
    url = f"sqlite:///{tmp_path_factory.mktemp('mobility') / 'mobility.db'}"
    report = load(PROJECT_ROOT / "data" / "mobility", url=url)
    assert report.problems == []
    return url


@pytest.fixture
def real_facts(mobility_url, monkeypatch):
    """Let the actions answer from the real facts."""
    monkeypatch.setenv("MOBILITY_DATABASE_URL", mobility_url)


@pytest.fixture
def student(real_facts):
    return Student()


@pytest.fixture
def etudiant(real_facts):
    return Student(language="fr")
