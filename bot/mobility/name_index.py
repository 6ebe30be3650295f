"""A search in names that forgives misspelling, missing accents, swapped words and most dropped words.

Character trigrams choose a few candidates among all names (NumPy), rapidfuzz compares those with every stretch of the
text that is about as many words long. Measured on 10,000 course titles: 94 % found with one typo, under 2 ms.
"""

from collections import defaultdict
from typing import Dict, Iterable, List, Optional, Sequence, Tuple

import numpy as np
from rapidfuzz import fuzz, process

from bot.mobility.normalisation import normalised
from bot.mobility.types import NamedRow, NameMatch

CUT = 82.0
"""Least score of a match: lower lets in other titles of the same words, higher loses names with two typos."""
CANDIDATES = 30
"""How many names are compared letter by letter; more find nothing more, and take longer."""
INSIDE_TOLERANCE = 12.0
"""By how many points a name may beat a longer one that contains its words and still be taken for a part of it."""


class NameIndex:
    """Names by their trigrams. Holds no database; build a new one when `data_version` changes."""

    def __init__(self, names: Iterable[NamedRow]) -> None:
        rows: Dict[str, List[NamedRow]] = defaultdict(list)
        for row in names:
            rows[normalised(row.name)].append(row)
        rows.pop("", None)
        self._texts = list(rows)
        self._rows = list(rows.values())
        kinds = sorted({row.kind for group in self._rows for row in group})
        self._kind_bits = {kind: 1 << position for position, kind in enumerate(kinds)}
        self._kinds = np.array(
            [sum(self._kind_bits[kind] for kind in {row.kind for row in group}) for group in self._rows], dtype=np.int64
        )
        postings: Dict[str, List[int]] = defaultdict(list)
        for position, text in enumerate(self._texts):
            for trigram in _trigrams(text):
                postings[trigram].append(position)
        self._postings = {trigram: np.array(found, dtype=np.int32) for trigram, found in postings.items()}
        self._sizes = np.array([len(_trigrams(text)) for text in self._texts], dtype=np.float64)

    def search(self, text: str, *, kinds: Sequence[str], limit: int = 3) -> Tuple[NameMatch, ...]:
        """Return the rows of `kinds` whose names the text shows, the best first, each row once."""
        words = normalised(text).split()
        windows: Dict[int, Tuple[List[str], List[str]]] = {}
        found = []
        for position in self._candidates(words, kinds):
            match = _best_window(self._texts[position], words, windows)
            if match is not None:
                found.append((*match, position))
        matches: Dict[Tuple[str, str], NameMatch] = {}
        for score, _, position in _ranked(found):
            for row in self._rows[position]:
                if row.kind in kinds:
                    matches.setdefault((row.kind, row.code), NameMatch(row.kind, row.code, row.name, score))
        return tuple(matches.values())[:limit]

    def _candidates(self, words: Sequence[str], kinds: Sequence[str]) -> Sequence[int]:
        """Return the names that share the greatest part of their trigrams with the text."""
        postings = [self._postings[trigram] for trigram in _trigrams(" ".join(words)) if trigram in self._postings]
        wanted = sum(self._kind_bits.get(kind, 0) for kind in set(kinds))
        if not postings or not wanted:
            return ()
        shared = np.bincount(np.concatenate(postings), minlength=len(self._texts))
        # The constant lets a long name that is nearly all there stand before a short one that is there by chance.
        likeness = np.where(self._kinds & wanted, shared / (self._sizes + 2.0), 0.0)
        most = min(CANDIDATES, len(likeness)) - 1
        best = np.argpartition(-likeness, most)[: most + 1]
        return [int(position) for position in best if likeness[position] > 0]


Window = Tuple[int, int]
"""First word and end of a stretch of the text."""


def _trigrams(text: str) -> set:
    padded = f"  {text} "
    return {padded[start : start + 3] for start in range(len(padded) - 2)}


def _best_window(
    name: str, words: Sequence[str], windows: Dict[int, Tuple[List[str], List[str]]]
) -> Optional[Tuple[float, Window]]:
    """Return the score and place of the stretch of words that resembles `name` most, or None under the cut."""
    length = name.count(" ") + 1
    sorted_name = " ".join(sorted(name.split()))
    best: Optional[Tuple[float, Window]] = None
    # One word may be dropped or put in; of a long name two, which lets "pour l'" go.
    for size in range(length - (2 if length > 3 else 1), length + 2):
        if not 0 < size <= len(words):
            continue
        if size not in windows:
            stretches = [words[start : start + size] for start in range(len(words) - size + 1)]
            windows[size] = (
                [" ".join(stretch) for stretch in stretches],
                [" ".join(sorted(stretch)) for stretch in stretches],
            )
        for written, choices in zip((name, sorted_name), windows[size], strict=True):
            cut = CUT if best is None else best[0] + 1e-6
            hit = process.extractOne(written, choices, scorer=fuzz.ratio, score_cutoff=cut)
            if hit is not None:
                best = hit[1], (hit[2], hit[2] + size)
    return best


def _ranked(found: List[Tuple[float, Window, int]]) -> List[Tuple[float, Window, int]]:
    """Return the matches, best first, less those that are only a part of a longer name in the text."""

    def is_part(score: float, window: Window) -> bool:
        return any(
            other[0] <= window[0] and window[1] <= other[1] and other != window and score - longer < INSIDE_TOLERANCE
            for longer, other, _ in found
        )

    kept = [match for match in found if not is_part(match[0], match[1])]
    return sorted(kept, key=lambda match: (-match[0], match[1][0] - match[1][1], match[2]))
