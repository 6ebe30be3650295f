"""The page's files: nothing is parsed as HTML, nothing inline, nothing from elsewhere, every word in every language."""

import json
import re

import pytest

from bot.languages import SUPPORTED_LANGUAGES
from bot.web.views.pages import STATIC_FOLDER

SCRIPTS = sorted(STATIC_FOLDER.glob("*.js"))
PAGES = sorted(STATIC_FOLDER.glob("*.html"))
LOCALES = {
    language: json.loads((STATIC_FOLDER / f"locale/{language}.json").read_text()) for language in SUPPORTED_LANGUAGES
}


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.parametrize(
    "danger",
    ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "DOMParser", "srcdoc"],
)
def test_no_script_parses_html_or_code(script, danger):
    assert danger not in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_no_page_has_anything_inline(page):
    text = page.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text)


@pytest.mark.parametrize("path", [*SCRIPTS, *PAGES, STATIC_FOLDER / "style.css"], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path):
    addresses = re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"']*""", re.sub(r"(?m)^\s*//.*$", "", path.read_text()))
    assert [address for address in addresses if "www.w3.org/2000/svg" not in address] == []


def test_every_language_has_the_same_words():
    keys = {language: set(words) for language, words in LOCALES.items()}
    assert len(set(map(frozenset, keys.values()))) == 1
    for key in LOCALES["en"]:
        placeholders = {tuple(sorted(re.findall(r"\{\w+\}", words[key]))) for words in LOCALES.values()}
        assert len(placeholders) == 1, key


def test_every_word_is_used_and_every_used_word_exists():
    sources = "".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, *PAGES])
    marked = re.findall(r'data-(?:text|label|title|placeholder)="(\w+)"', sources)
    assert set(marked) <= set(LOCALES["en"])
    assert [key for key in LOCALES["en"] if f'"{key}"' not in sources] == []


@pytest.mark.parametrize(("path", "kind"), [("/", "html"), ("/docs", "html"), ("/static/chat.js", "javascript")])
async def test_pages_are_served(door, path, kind):
    response = await door.get(path)
    assert (response.status, response.content_type.split("/")[1]) == (200, kind)


async def test_a_person_at_a_wrong_address_sees_a_page(door):
    response = await door.get("/nowhere", headers={"Accept": "text/html,*/*"})
    assert (response.status, response.content_type) == (404, "text/html")
    assert "There is no such page" in await response.text()


async def test_a_program_at_a_wrong_address_gets_json(door):
    response = await door.get("/api/nothing")
    assert (response.status, (await response.json())["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize("path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"])
async def test_only_the_static_folder_is_served(door, path):
    from yarl import URL

    response = await door.session.get(URL(f"http://127.0.0.1:{door.port}{path}", encoded=True))
    assert response.status in (403, 404)
