"""What questions mean, as vectors that compare across languages: by them like questions are grouped for the staff."""

from pathlib import Path
from typing import Callable, Sequence, Tuple

import numpy as np

from bot.nlu.embedding.encoder import SentenceEncoder
from bot.nlu.glossary import translate


def question_encoder(cache: Path) -> Callable[[Sequence[Tuple[str, str]]], np.ndarray]:
    """Return what turns questions, each with its language, into vectors of length one.

    The network knows English. As in the understanding of messages, a glossary tells it the words of other languages.
    """
    encoder = SentenceEncoder.load(cache)
    return lambda questions: encoder.encode([translate(text, language) for text, language in questions])
