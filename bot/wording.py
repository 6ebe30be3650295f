"""The pieces of wording that actions and files put together, read from `phrases:` in data/responses/*.yml."""

from functools import cache
from pathlib import Path
from typing import Any, FrozenSet, Mapping

import yaml

from bot.errors import DataFileError
from bot.languages import localised
from bot.settings import PROJECT_ROOT

RESPONSES_FOLDER = PROJECT_ROOT / "data" / "responses"


@cache
def load_phrases(folder: Path = RESPONSES_FOLDER) -> Mapping[str, Mapping[str, str]]:
    """Return every phrase by key and language; raise DataFileError for a key that stands in two files."""
    phrases: dict = {}
    for path, content in _contents(folder).items():
        found = content.get("phrases") or {}
        twice = phrases.keys() & found.keys()
        if twice:
            raise DataFileError(f"{path}: phrase {sorted(twice)[0]} stands in another file too; keep one of them.")
        phrases.update(found)
    return phrases


@cache
def responses_naming(variable: str, folder: Path = RESPONSES_FOLDER) -> FrozenSet[str]:
    """Return the keys of the responses that say `{variable}` in any language."""
    return frozenset(
        key
        for content in _contents(folder).values()
        for key, variations in (content.get("responses") or {}).items()
        if f"{{{variable}}}" in str(variations)
    )


@cache
def _contents(folder: Path) -> Mapping[Path, Mapping[str, Any]]:
    return {path: yaml.safe_load(path.read_text(encoding="utf-8")) or {} for path in sorted(folder.glob("*.yml"))}


def phrase(key: str, language: str, **variables: object) -> str:
    """Return the phrase `key` in `language`, placeholders filled; raise KeyError for an unknown key or placeholder."""
    template = localised(load_phrases()[key], language)
    if template is None:
        raise KeyError(key)
    return template.format(**variables)
