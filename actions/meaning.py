"""How much the texts of the database mean what a student asks: likeness of sentence embeddings, kept by text.

A text that is new is embedded when it is first compared. Many new ones, as after a start, are embedded in the
background: until they are ready texts are found by their words alone.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Callable, Dict, Optional, Sequence

import numpy as np

from bot.errors import ModelError
from bot.settings import Settings

logger = logging.getLogger(__name__)

MOST_AT_ONCE = 12
"""Texts embedded while the student waits; each takes some milliseconds."""

Encode = Callable[[Sequence[str]], np.ndarray]


class Meanings:
    """The embeddings of texts, made once each."""

    def __init__(self, encode: Encode) -> None:
        self._encode = encode
        self._vectors: Dict[str, np.ndarray] = {}
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="meanings")
        self._running: Optional[Future[None]] = None

    def likeness(self, asked: str, texts: Sequence[str]) -> Optional[np.ndarray]:
        """Return the cosine of `asked` with each text, or None while many of them are still to be embedded."""
        missing = [text for text in dict.fromkeys(texts) if text not in self._vectors]
        if len(missing) > MOST_AT_ONCE:
            self._embed_in_background(missing)
            return None
        self._embed(missing)
        return np.stack([self._vectors[text] for text in texts]) @ self._encode([asked])[0]

    def wait(self) -> None:
        """Return when no embedding is under way."""
        if self._running is not None:
            self._running.result()

    def _embed_in_background(self, texts: Sequence[str]) -> None:
        if self._running is None or self._running.done():
            self._running = self._worker.submit(self._embed, texts)

    def _embed(self, texts: Sequence[str]) -> None:
        for text in texts:
            self._vectors[text] = self._encode([text])[0]


@cache
def meanings() -> Optional[Meanings]:
    """Return the meanings of this process, or None where the model is not installed."""
    from bot.nlu.embedding.encoder import SentenceEncoder

    try:
        return Meanings(SentenceEncoder.load(Settings.from_environment().var / "cache").encode)
    except ModelError:
        logger.exception("Articles and facts are found by their words alone.")
        return None
