"""The documents say what is there."""

import re
from pathlib import Path
from typing import Set

import pytest
from project_files import tracked_files

from bot.settings import CHANNEL_OPTIONS, CHANNEL_VARIABLES, PROJECT_ROOT

READ_SETTING = re.compile(r'(?:values(?:\.get\(|, )|_(?:port|switch)\(values, )"([A-Z_]+)"')

MAKE = re.compile(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z-]+)", re.MULTILINE)
BOT = re.compile(r"python -m bot ([a-z-]+)")


def make_targets() -> Set[str]:
    return set(re.findall(r"^([a-z-]+):", (PROJECT_ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


def commands() -> Set[str]:
    parts = (Path(name).parts for name in tracked_files() if name.startswith("bot/cli/"))
    return {Path(command).stem.replace("_", "-") for _, _, command, *_ in parts}


def test_every_setting_is_documented_and_no_other():
    read = set(READ_SETTING.findall((PROJECT_ROOT / "bot" / "settings.py").read_text(encoding="utf-8")))
    read |= {name for table in (CHANNEL_VARIABLES, CHANNEL_OPTIONS) for names in table.values() for name in names}
    text = (PROJECT_ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", text.split("Two more")[0], re.MULTILINE))
    assert read == documented


@pytest.mark.parametrize("name", [name for name in tracked_files() if name.endswith(".md")])
def test_a_document_names_only_files_make_targets_and_commands_that_exist(name):
    text = (PROJECT_ROOT / name).read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    missing = [link for link in links if not ((PROJECT_ROOT / name).parent / link).exists()]
    missing += [f"make {target}" for target in re.findall(MAKE, text) if target not in make_targets()]
    missing += [f"python -m bot {command}" for command in re.findall(BOT, text) if command not in commands()]
    assert not missing
