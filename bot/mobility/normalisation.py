"""How titles, names and search words are made comparable: lower case, without accents, words apart by one space."""

import re
import unicodedata
from typing import Iterable

_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l"})
_NOT_WORD = re.compile(r"[^a-z0-9+#]+")


def normalised(text: str) -> str:
    """Return `text` in lower case without accents; all but letters, digits, + and # (C++, C#) become one space."""
    decomposed = unicodedata.normalize("NFKD", text)
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    return _NOT_WORD.sub(" ", bare.casefold().translate(_LETTERS)).strip()


def search_title(titles: Iterable[str]) -> str:
    """Return titles for word-beginning search: " stem" is found in it where a word begins with stem."""
    return "".join(f" {normalised(title)}" for title in titles)
