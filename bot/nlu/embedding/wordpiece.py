"""BERT's uncased WordPiece tokenizer: text to token numbers."""

import unicodedata
from pathlib import Path
from typing import Iterator, List, Mapping

_LONGEST_WORD = 100


class WordPiece:
    """Splits lower-cased words without accents into the longest pieces that the vocabulary knows."""

    def __init__(self, vocabulary: Mapping[str, int], max_tokens: int) -> None:
        self._vocabulary = vocabulary
        self._max_tokens = max_tokens
        self._start, self._end = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._unknown = vocabulary["[UNK]"]

    @classmethod
    def from_file(cls, path: Path, max_tokens: int) -> "WordPiece":
        """Read a vocabulary of one token a line, numbered from 0."""
        return cls({token: number for number, token in enumerate(read_vocabulary(path))}, max_tokens)

    def encode(self, text: str) -> List[int]:
        """Return the token numbers of a text between [CLS] and [SEP], cut at `max_tokens`."""
        numbers = [self._start]
        for word in _split_words(text):
            numbers.extend(self._pieces(word))
            if len(numbers) >= self._max_tokens:
                break
        return [*numbers[: self._max_tokens - 1], self._end]

    def _pieces(self, word: str) -> List[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        pieces: List[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._vocabulary.get(word[start:end] if start == 0 else "##" + word[start:end])
                if number is not None:
                    pieces.append(number)
                    start = end
                    break
            else:
                return [self._unknown]
        return pieces


def read_vocabulary(path: Path) -> List[str]:
    """Return the tokens of a vocabulary file in the order of their numbers."""
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def _split_words(text: str) -> Iterator[str]:
    """Yield words and single punctuation marks, lower case, without accents."""
    word: List[str] = []
    for character in unicodedata.normalize("NFD", text.lower()):
        category = unicodedata.category(character)
        if category == "Mn" or character == "\ufffd" or (category in ("Cc", "Cf") and not character.isspace()):
            continue
        alone = _is_punctuation(character, category) or _is_chinese(character)
        if alone or character.isspace():
            if word:
                yield "".join(word)
                word = []
            if alone:
                yield character
        else:
            word.append(character)
    if word:
        yield "".join(word)


def _is_punctuation(character: str, category: str) -> bool:
    # BERT counts every ASCII mark that is neither letter nor digit ("$", "+") as punctuation.
    return category.startswith("P") or (character.isascii() and not character.isalnum() and not character.isspace())


def _is_chinese(character: str) -> bool:
    return "\u3400" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff"
