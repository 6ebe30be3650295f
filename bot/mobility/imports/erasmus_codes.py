"""Erasmus codes: two or three letters of the country filled up with spaces, the town, a number ("I  TORINO02")."""

import re
import unicodedata
from typing import Mapping, NamedTuple, Optional

_PREFIXES: Mapping[str, str] = {
    "AT": "A", "BE": "B", "DE": "D", "ES": "E", "FI": "SF", "FR": "F", "GR": "G", "IE": "IRL", "IT": "I", "LU": "LUX",
    "NO": "N", "PT": "P", "SE": "S", "GB": "UK",
}  # fmt: skip
"""Where the letters are not those of ISO 3166."""
_TOWN = re.compile(r"[A-Z][A-Z-]+[0-9]{1,3}")
_USUAL_TOWN = re.compile(r"[A-Z-]{3,}[0-9]{2,3}")
_PREFIX = re.compile(r"[A-Z]{1,3}")


class ErasmusCode(NamedTuple):
    """A code in its official form, and what was odd about the form given."""

    code: str
    was_repaired: bool
    is_usual: bool
    """False for a town or number of a length that the official form does not have."""


def country_code(code: str) -> str:
    """Return ISO 3166 for the codes that the European Union writes otherwise."""
    text = code.strip().upper()
    return {"EL": "GR", "UK": "GB"}.get(text, text)


def repaired(text: str, country: Optional[str] = None) -> Optional[ErasmusCode]:
    """Return an Erasmus code in its official form, or None where none can be made out; `country` is ISO 3166."""
    tokens = unicodedata.normalize("NFKC", text).upper().split()
    if not tokens:
        return None
    if len(tokens) == 1:
        own = _PREFIXES.get(country or "", country or "")
        prefix = next((p for p in ("IRL", "LUX", own) if p and tokens[0].startswith(p)), "")
        tokens = [prefix, tokens[0][len(prefix) :]]
    prefix, town = tokens[0], "".join(tokens[1:])
    if not _PREFIX.fullmatch(prefix) or not _TOWN.fullmatch(town):
        return None
    code = f"{prefix:3}{town}"
    return ErasmusCode(code, code != text, _USUAL_TOWN.fullmatch(town) is not None)
