"""Amounts of money and lengths of time: text -> value, in both languages."""

import pytest

from bot.nlu.quantities import quantities


def found(text):
    return [(quantity.entity, quantity.value) for quantity in quantities().find(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a room under 400 €", "..400"),
        ("moins de 400 euros", "..400"),
        ("max 350", "..350"),
        ("400€ max", "..400"),
        ("my budget is 450 per month", "..450"),
        ("mon budget c'est 450", "..450"),
        ("at least 1 200 €", "1200.."),
        ("between 300 and 400 euros", "300..400"),
        ("de 300 à 400", "300..400"),
        ("€500 a month", "500"),
        ("1,200.50 euros", "1200.50"),
        ("j'ai 399,90€", "399.90"),
        ("450 balles", "450"),
    ],
)
def test_amounts(text, value):
    assert found(text) == [("amount", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I stay for 5 months", "5"),
        ("pour cinq mois", "5"),
        ("5 mois", "5"),
        ("a 6-month internship", "6"),
        ("pour 1 mois et demi", "1.5"),
        ("a room for two weeks", "0.5"),
        ("pendant 10 jours", "0.3"),
        ("pour un an", "12"),
        ("less than 90 days", "..3"),
        ("plus de 3 mois", "3.."),
    ],
)
def test_durations(text, value):
    assert found(text) == [("duration_months", value)]


@pytest.mark.parametrize(
    "text",
    [
        *("I am 18 years old", "j'ai 20 ans", "in 3 months", "dans 3 mois", "3 months before", "how much per month"),
        *("par mois", "max 3 choices", "at least 30 ects", "courses in 2027", "S9", "semester 8"),
    ],
)
def test_neither(text):
    assert found(text) == []
