"""The languages that the assistant speaks, in the order in which a text falls back."""

from typing import Mapping, Optional

SUPPORTED_LANGUAGES = ("en", "fr")
DEFAULT_LANGUAGE = "en"
OTHER_LANGUAGES = ("es", "pt")
"""Recognised only to say in them which ones are spoken (phrase `languages_spoken`); the default one is answered in."""


def supported_language(code: Optional[str]) -> Optional[str]:
    """Return the supported language of a BCP 47 tag ("fr-CA" gives "fr"), or None."""
    base = (code or "").strip().lower().replace("_", "-").split("-")[0]
    return base if base in SUPPORTED_LANGUAGES else None


def localised(texts: Optional[Mapping[str, str]], language: str) -> Optional[str]:
    """Return the text of `language`, else of the first language that has one, else None."""
    if not texts:
        return None
    for code in (language, *SUPPORTED_LANGUAGES, *texts):
        if texts.get(code):
            return texts[code]
    return None
