"""Questions as hurried fingers write them, made from clean ones: the same every time, so that figures compare."""

import random
from typing import Callable, Mapping, Sequence

from bot.nlu.words import plain, split_words

_WORDS_PER_TYPO = 5
_FEWEST_LETTERS = 4
_SEED = 7


def with_typos(text: str) -> str:
    """Return the text with one typo per five words begun, each in another word of four letters and more.

    A typo swaps two neighbouring letters, leaves one out, doubles one or takes another letter for one. First letters
    stay: few mistype them. So do words with digits, which are codes.
    """
    # The text is part of the seed: a question keeps its typos when others are added.
    chance = random.Random(f"{_SEED} {text}")  # noqa: S311 - no secret is made of it
    words = split_words(text)
    long_words = [word for word in words if word.end - word.start >= _FEWEST_LETTERS and word.text.isalpha()]
    wanted = -(-len(words) // _WORDS_PER_TYPO)
    chosen = chance.sample(long_words, min(wanted, len(long_words)))
    for word in sorted(chosen, key=lambda word: -word.start):
        text = text[: word.start] + _mistyped(text[word.start : word.end], chance) + text[word.end :]
    return text


NOISES: Mapping[str, Callable[[str], str]] = {
    "typos": with_typos,
    "no accents": plain,
    "capitals": str.upper,
}
"""What can happen to a question, by name. Without accents also means without capitals, as in a quick message."""


def _mistyped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:place], word[place], word[place + 1 :]
    other = chance.choice([other for other in "abcdefghijklmnopqrstuvwxyz" if other != letter])
    variants: Sequence[str] = (after[0] + letter + after[1:], after, letter + letter + after, other + after)
    return before + chance.choice([variant for variant in variants if before + variant != word])
