"""Files that an answer offers: their address carries, signed, what they are made of; nothing is stored."""

from typing import Any, Mapping, Tuple

from actions.replies import Attachment
from actions.wording import phrase
from bot.settings import Settings
from bot.tokens import sign_file

_MIMES: Mapping[str, str] = {"ics": "text/calendar", "csv": "text/csv", "html": "text/html"}


def offer_file(kind: str, criteria: Mapping[str, Any], language: str) -> Tuple[Attachment, ...]:
    """Return the file of `kind` (plan.ics, courses.csv, courses.html), or nothing where no key signs its address."""
    secret_key = Settings.from_environment().secret_key
    if not secret_key:
        return ()
    token = sign_file(kind, {**criteria, "language": language}, secret_key)
    ending = kind.rpartition(".")[2]
    name = phrase(f"file_{kind.replace('.', '_')}", language)
    return (Attachment(f"{name}.{ending}", _MIMES[ending], f"/files/{token}/{name}.{ending}"),)
