"""The pages' files: nothing is parsed as HTML, nothing inline, nothing from elsewhere, every word in every language."""

import argparse
import json
import re

import pytest

from bot.languages import SUPPORTED_LANGUAGES
from bot.settings import Settings
from bot.web.assets import FOLDER, Assets

SCRIPTS = sorted(FOLDER.rglob("*.js"))
PAGES = sorted(FOLDER.rglob("*.html"))
STYLES = sorted(FOLDER.rglob("*.css"))
CHAT = (FOLDER / "chat/chat.html").read_text(encoding="utf-8")


def words():
    text = (FOLDER / "chat/words.js").read_text(encoding="utf-8")
    return json.loads(text.partition("export const WORDS = ")[2].rstrip().rstrip(";"))


def test_the_widget_weighs_no_more_than_it_may(capsys):
    from bot.cli.widget_size import run

    assert run(argparse.Namespace(), Settings.from_environment({})) == 0
    assert "whole widget" in capsys.readouterr().out


async def test_the_page_knows_whether_a_messenger_is_set_up(make_door):
    telegram = {"TELEGRAM_TOKEN": "4711:x", "TELEGRAM_SECRET": "s", "TELEGRAM_BOT_NAME": "welcome_bot"}
    for settings, named in (({}, ""), (telegram, "telegram")):
        page = await (await (await make_door(**settings)).get("/")).text()
        assert f'<meta name="messengers" content="{named}">' in page


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


@pytest.mark.parametrize("path", [*SCRIPTS, *PAGES, *STYLES], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path):
    addresses = re.findall(r"""(?:https?:)?//[\w.-]+\.\w+[^\s"']*""", re.sub(r"(?m)^\s*//.*$", "", path.read_text()))
    assert [address for address in addresses if "www.w3.org/2000/svg" not in address] == []


def test_no_message_between_frame_and_page_goes_to_any_origin():
    for script in SCRIPTS:
        for call in re.findall(r"postMessage\((.*)\)", script.read_text(encoding="utf-8")):
            assert "*" not in call, script.name


def test_every_word_is_in_every_language():
    for key, texts in words().items():
        assert set(texts) == set(SUPPORTED_LANGUAGES), key
        assert len({tuple(sorted(re.findall(r"\{\w+\}", text))) for text in texts.values()}) == 1, key
        assert all(texts.values()), key


def test_every_word_is_used_and_every_used_word_exists():
    sources = "".join(path.read_text(encoding="utf-8") for path in [*SCRIPTS, *PAGES] if path.name != "words.js")
    used = re.findall(r'data-(?:text|label|title|placeholder)="(\w+)"', CHAT)
    used += re.findall(r'say\("(\w+)"', sources)
    assert set(used) <= set(words())
    senders = {f"sender_{name}" for name in ("student", "assistant", "staff")}
    assert [key for key in words() if f'"{key}"' not in sources and key not in senders] == []


def test_the_chat_asks_for_all_its_scripts_at_once():
    asked = set(re.findall(r'"/static/([\w./]+\.js)"', CHAT))
    assert asked == {path.relative_to(FOLDER).as_posix() for path in (FOLDER / "chat").glob("*.js")} | {"dom.js"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", "html"),
        ("/docs", "html"),
        ("/demo", "html"),
        ("/widget/frame", "html"),
        ("/widget/loader.js", "javascript"),
        ("/static/chat/main.js", "javascript"),
    ],
)
async def test_pages_are_served(door, path, kind):
    response = await door.get(path)
    assert (response.status, response.content_type.split("/")[1]) == (200, kind)


async def test_the_files_of_a_page_are_kept_for_ever_and_the_page_is_asked_for_again(door):
    page = await door.get("/")
    address = re.search(r'src="(/static/\w+/chat/main\.js)"', await page.text())[1]
    script = await door.get(address)
    assert script.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert script.headers["Content-Encoding"] == "gzip"
    assert page.headers["Cache-Control"] == "no-cache"
    again = await door.get("/", headers={"If-None-Match": page.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")


async def test_a_page_of_an_earlier_version_gets_its_files_but_does_not_keep_them(door):
    response = await door.get("/static/0123456789ab/chat/main.js")
    assert (response.status, response.headers["Cache-Control"]) == (200, "no-cache")


async def test_who_takes_no_gzip_gets_none(door):
    response = await door.get("/widget/loader.js", headers={"Accept-Encoding": "identity"})
    assert "Content-Encoding" not in response.headers
    assert await response.read() == (FOLDER / "widget/loader.js").read_bytes()


def test_the_version_changes_with_any_file(tmp_path):
    (tmp_path / "page.html").write_text('<script src="/static/a.js"></script>')
    (tmp_path / "a.js").write_text("1")
    before = Assets(tmp_path)
    (tmp_path / "a.js").write_text("2")
    after = Assets(tmp_path)
    assert before.version != after.version
    assert after["page.html"].body.decode() == f'<script src="/static/{after.version}/a.js"></script>'
    assert before["page.html"].etag != after["page.html"].etag


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
