import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mobility.normalisation import normalised, search_title


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mécanique des Fluides", "mecanique des fluides"),
        ("  Œuvres de l'Été ", "oeuvres de l ete"),
        ("Langage C++ / C#", "langage c++ c#"),
        ('Soutien "Algo."', "soutien algo"),
        ("ASI31-ALGO", "asi31 algo"),
        ("Straße ™", "strasse tm"),
        ("…", ""),
    ],
)
def test_titles_compare_without_accents_case_and_signs(text, expected):
    assert normalised(text) == expected


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    once = normalised(text)
    assert normalised(once) == once
    assert re.fullmatch(r"([a-z0-9+#]+( [a-z0-9+#]+)*)?", once)


@given(st.text(alphabet="abcéàüçABC '"))
def test_case_does_not_matter(text):
    assert normalised(text.upper()) == normalised(text)


def test_every_word_of_every_title_begins_after_a_space():
    assert search_title(["Génie civil", "Civil engineering"]) == " genie civil civil engineering"
