import pytest
from rapidfuzz.distance import OSA

from bot.nlu.noise import NOISES, with_typos


def differing_words(one, other):
    return [(a, b) for a, b in zip(one.split(), other.split(), strict=True) if a != b]


@pytest.mark.parametrize(
    ("text", "typos"),
    [
        ("visa", 1),
        ("how much is the rent", 1),
        ("how much does one room cost in a residence", 2),
        ("où se trouve exactement le bureau des relations internationales sur le campus de l'école", 3),
    ],
)
def test_one_typo_per_five_words_begun(text, typos):
    changed = differing_words(text, with_typos(text))
    assert len(changed) == typos
    for word, mistyped in changed:
        assert OSA.distance(word, mistyped) == 1
        assert word[0] == mistyped[0]


def test_short_words_and_codes_are_typed_right():
    assert with_typos("is it in S9 or MECA51-3 ?") == "is it in S9 or MECA51-3 ?"


def test_the_same_text_always_has_the_same_typos():
    text = "which courses are taught in English in semester nine"
    assert with_typos(text) == with_typos(text) != text
    assert len({with_typos(f"{text} {number}").rpartition(" ")[0] for number in range(20)}) > 5


def test_a_word_of_one_letter_repeated_still_changes():
    texts = [f"{letter * 4} {number}" for letter in "az" for number in range(9)]
    assert not [text for text in texts if with_typos(text) == text]


def test_without_accents_and_in_capitals():
    assert NOISES["no accents"]("Où est l'école ?") == "ou est l'ecole ?"
    assert NOISES["capitals"]("Où est l'école ?") == "OÙ EST L'ÉCOLE ?"
