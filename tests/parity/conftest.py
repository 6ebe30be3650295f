import pytest
from conversation_partner import Student

from bot.mobility.loading.loader import load
from bot.nlu.trained_model import TrainedModel
from bot.settings import PROJECT_ROOT


@pytest.fixture(scope="session")
def loaded_facts(tmp_path_factory):
    """The real facts, for the names in messages and for the answers."""
    url = f"sqlite:///{tmp_path_factory.mktemp('mobility') / 'mobility.db'}"
    assert load(PROJECT_ROOT / "data" / "mobility", url=url).problems == []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MOBILITY_DATABASE_URL", url)
        yield


@pytest.fixture(scope="session")
def model(loaded_facts, trained_model) -> TrainedModel:
    """The real understanding, in this process."""
    return TrainedModel.load(trained_model)


@pytest.fixture
def students(loaded_facts):
    """One student per language."""
    return {language: Student(language=language) for language in ("en", "fr")}
