"""The words and templates of the console: every language, nothing inline, every form protected."""

import re

import pytest

from bot.languages import SUPPORTED_LANGUAGES
from bot.review.permissions import ROLES, Permission
from bot.topics import TOPICS
from bot.web.staff.rendering import TEMPLATES_FOLDER
from bot.web.staff.wording import LOCALE_FOLDER, wording

TEMPLATES = sorted(TEMPLATES_FOLDER.glob("*.html"))
SOURCES = "".join(path.read_text(encoding="utf-8") for path in [*TEMPLATES, *TEMPLATES_FOLDER.parent.glob("*.py")])


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_anything_inline(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:|\|\s*safe\b", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_bears_the_token(path):
    text = path.read_text(encoding="utf-8")
    forms = re.findall(r"<form method=\"post\".*?</form>", text, re.DOTALL)
    assert not [form for form in forms if 'include "token.html"' not in form and "hidden(" not in form]


def test_languages_have_the_same_words():
    keys = [set(wording(language)) for language in SUPPORTED_LANGUAGES]
    assert all(found == keys[0] for found in keys)
    assert {path.stem for path in LOCALE_FOLDER.glob("*.json")} == set(SUPPORTED_LANGUAGES)
    for key in keys[0]:
        names = {tuple(sorted(re.findall(r"\{\w+\}", wording(language)[key]))) for language in SUPPORTED_LANGUAGES}
        assert len(names) == 1, key


def test_every_word_in_use_exists_and_no_other():
    known = set(wording("en"))
    used = set(re.findall(r"""\bt\(\s*["'](\w+)["']\s*[,)]""", SOURCES))
    assert used <= known, used - known
    beginnings = set(re.findall(r"""["'](\w+_)["']\s*~""", SOURCES)) | {"error_", "done_", "act_"}
    beginnings |= {f"{group}_" for group in re.findall(r"""(?:words\.name|_ranking)\(\s*"(\w+)\"""", SOURCES)}
    literal = set(re.findall(r"""["'](\w+)["']""", SOURCES))
    plural = {f"{key}_{form}" for key in re.findall(r"""words\.count\("(\w+)\"""", SOURCES) for form in ("one", "many")}
    groups = (*beginnings, "topic_", "outcome_", "language_", "channel_", "assignee_", "state_", "feedback_")
    unused = {key for key in known - used - literal - plural if not key.startswith(groups)}
    assert not unused


@pytest.mark.parametrize(
    ("beginning", "values"),
    [
        ("topic_", TOPICS),
        ("role_", ROLES),
        ("permission_", [permission.value for permission in Permission]),
        ("error_", re.findall(r'PageError\(\s*\d+, "(\w+)"', SOURCES)),
        ("done_", re.findall(r'done="(\w+)"', SOURCES)),
    ],
)
def test_every_value_has_a_name(beginning, values):
    assert [value for value in values if f"{beginning}{value}" not in wording("en")] == []
