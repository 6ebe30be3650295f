"""Cuts a long text into messages: at paragraphs, else lines, else sentences, else words."""

import re
from typing import Callable, List

from bot.messaging.platforms.markdown import marked_places

Fits = Callable[[str], bool]
_BOUNDARIES = (r"\n\s*\n", r"\n", r"(?<=[.!?…:;؟。！？])\s+", r"\s+")
_LEAST_SHARE = (0.5, 0.5, 0.3, 0.1)
"""How full a message has to be for a cut at the boundary of the same place."""
_JOINED = re.compile(r"[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")


def split_text(text: str, fits: Fits) -> List[str]:
    """Return the text as pieces that fit, none of them empty; nothing of it is lost but the space at the cuts."""
    pieces: List[str] = []
    rest = text.strip()
    while rest and not fits(rest):
        cut = _best_cut(rest, _longest_fitting(rest, fits))
        pieces.append(rest[:cut].strip())
        rest = rest[cut:].strip()
    return [piece for piece in (*pieces, rest) if piece]


def shortened(text: str, limit: int) -> str:
    """Return a title that is no longer than the limit, cut at a word where possible."""
    if len(text) <= limit:
        return text
    kept = text[: limit - 1]
    at_word = kept.rsplit(" ", 1)[0]
    return f"{(at_word if len(at_word) > limit // 2 else kept).rstrip(' ,:;')}…"


def _longest_fitting(text: str, fits: Fits) -> int:
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if fits(text[:middle]):
            low = middle
        else:
            high = middle - 1
    return low


def _best_cut(text: str, longest: int) -> int:
    marked = [place for place in marked_places(text) if place[0] < longest]
    for boundary, share in zip(_BOUNDARIES, _LEAST_SHARE, strict=True):
        cuts = [match.start() for match in re.finditer(boundary, text[: longest + 1])]
        cuts = [cut for cut in cuts if not any(start < cut < end for start, end in marked)]
        if cuts and cuts[-1] >= share * longest:
            return cuts[-1]
    for start, end in marked:
        if 0 < start < longest < end:
            return start
    cut = longest
    while cut > 1 and cut < len(text) and _JOINED.match(text[cut]):
        cut -= 1  # an accent or a part of an emoji stays with its letter
    return cut
