"""The sources that imported and corrected facts name."""

import re
from functools import cache
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

import yaml
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.mobility.models import Confidence, Source, Status
from bot.mobility.normalisation import normalised

_SOURCE = Source.__table__
_LONGEST_CODE = 80


@cache
def _descriptions() -> Mapping[str, Any]:
    return yaml.safe_load((Path(__file__).parent / "sources.yml").read_text(encoding="utf-8"))


def source_row(origin: str, key: str = "", name: str = "", *, url: Optional[str] = None) -> Dict[str, Any]:
    """Return the row of the source of what `origin` brings; `key` tells the sources of one origin apart."""
    described = _descriptions()[origin]
    key = re.sub(r"[^a-z0-9]+", "_", normalised(key)).strip("_")
    return {
        "code": f"{origin.replace('-', '_')}_{key}".rstrip("_")[:_LONGEST_CODE],
        "title": {language: title.format(name=name) for language, title in described["title"].items()},
        "url": url or described.get("url"),
        "confidence": Confidence(described["confidence"]),
        "origin": origin,
        "status": Status.PUBLISHED,
    }


def write_source(session: Session, row: Mapping[str, Any]) -> bool:
    """Make the database hold a source; tell whether it did not before."""
    old = session.execute(select(_SOURCE).where(_SOURCE.c.code == row["code"])).mappings().first()
    if old is None:
        session.execute(insert(_SOURCE).values(**row))
    elif any(old[name] != value for name, value in row.items()):
        session.execute(update(_SOURCE).where(_SOURCE.c.code == row["code"]).values(**row))
    else:
        return False
    return True
