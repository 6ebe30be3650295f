"""The sources that answers quote most, as the answers named them."""

from collections import Counter
from dataclasses import dataclass
from typing import Dict, Optional, Tuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.review.log_models import Answer

MOST_ANSWERS = 5000
"""So many of the newest answers are looked at."""
MOST_SOURCES = 50


@dataclass(frozen=True)
class QuotedSource:
    """One source."""

    title: str
    url: Optional[str]
    count: int
    as_of: Optional[str]
    verified_on: Optional[str]
    sample: bool


def list_quoted_sources(session: Session) -> Tuple[QuotedSource, ...]:
    """Return the sources of the newest answers, the most quoted first, with the dates that were told last."""
    query = (
        select(Answer.sources)
        .where(Answer.outcome == "answered", Answer.sources.is_not(None))
        .order_by(Answer.event_id.desc())
        .limit(MOST_ANSWERS)
    )
    counts: Counter = Counter()
    latest: Dict[Tuple[Optional[str], str], dict] = {}
    for sources in session.execute(query).scalars():
        for source in sources:
            key = (source.get("url"), "" if source.get("url") else source.get("title") or "")
            counts[key] += 1
            latest.setdefault(key, source)
    return tuple(
        QuotedSource(
            title=latest[key].get("title") or key[0] or "",
            url=key[0],
            count=count,
            as_of=latest[key].get("as_of"),
            verified_on=latest[key].get("verified_on"),
            sample=bool(latest[key].get("sample")),
        )
        for key, count in counts.most_common(MOST_SOURCES)
    )
