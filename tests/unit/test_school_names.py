"""The program speaks for whichever school its data describe: nothing but the data names one."""

import re

from project_files import PROJECT_ROOT
from second_school import NAME, write_second_school

from bot.mobility.loading.loader import load
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.keys import ASSETS

FIRST_SCHOOL = re.compile(r"INSA\b|insa-rouen|Rouen|Normandie|Madrillet|\b(?:308|385|601|964) ?(?:€|euros)")
"""Its name, its places, its rents and fees, its website; codes such as insa_application are vocabulary."""
FOLDERS = ("bot", "actions", "data/responses", "data/rules", "migrations")
FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml")
NOT_WORDS = (".pyc", ".svg", ".png", ".xsd", ".npz", ".gz")
LEARNT = ("bot/nlu/resources",)
"""Words that students write, in any school's assistant."""


def test_no_code_no_wording_and_no_page_holds_the_first_school():
    files = [path for folder in FOLDERS for path in (PROJECT_ROOT / folder).rglob("*") if path.is_file()]
    files += [PROJECT_ROOT / name for name in FILES]
    texts = {
        str(path.relative_to(PROJECT_ROOT)): path.read_text(encoding="utf-8", errors="ignore")
        for path in files
        if not path.name.endswith(NOT_WORDS)
    }
    assert len(texts) > 300
    named = {
        f"{name}: {line.strip()}"
        for name, text in texts.items()
        if not name.startswith(LEARNT)
        for line in text.splitlines()
        if FIRST_SCHOOL.search(line)
    }
    assert named == set()


def test_the_pages_bear_the_name_of_the_school_in_the_data(tmp_path):
    url = f"sqlite:///{tmp_path / 'mobility.db'}"
    load(write_second_school(tmp_path / "facts"), url=url)
    environment = {"VAR_DIR": str(tmp_path), "MOBILITY_DATABASE_URL": url, "SECRET_KEY": "k" * 32}
    assets = create_app(Settings.from_environment(environment))[ASSETS]
    for page in ("chat/chat.html", "api.html", "not_found.html"):
        assert f"- {NAME}</title>" in assets[page].body.decode()


def test_without_facts_the_pages_still_show(tmp_path):
    assets = create_app(Settings.from_environment({"VAR_DIR": str(tmp_path), "SECRET_KEY": "k" * 32}))[ASSETS]
    assert "Welcome assistant" in assets["chat/chat.html"].body.decode()
