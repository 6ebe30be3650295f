"""Days and months: text -> value, in both languages, on 23 November 2026."""

import pytest
import time_machine

from bot.nlu.dates import dates


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel("2026-11-23T12:00:00+00:00", tick=False):
        yield


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("I arrive on 3 September 2027", "2027-09-03"),
        ("j'arrive le 1er février", "2027-02-01"),
        ("March 15", "2027-03-15"),
        ("on the 2nd of december", "2026-12-02"),
        ("15/03/2027", "2027-03-15"),
        ("c'est ouvert le 24/12 ?", "2026-12-24"),
        ("le 14.02.27", "2027-02-14"),
        ("2027-03-15", "2027-03-15"),
        ("tomorrow", "2026-11-24"),
        ("aujourd'hui", "2026-11-23"),
        ("in two weeks", "2026-12-07"),
        ("dans deux semaines", "2026-12-07"),
    ],
)
def test_days(text, value):
    assert [(found.entity, found.value) for found in dates().find(text)] == [("date", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a room in May", "2027-05"),
        ("Novembre", "2026-11"),
        ("fin août", "2027-08"),
        ("before 15 March", "../2027-03-15"),
        ("avant le 15 mars", "../2027-03-15"),
        ("jusqu'au 31 janvier", "../2027-01-31"),
        ("à partir de février", "2027-02/.."),
        ("since April", "2027-04/.."),
        ("from September to January", "2027-09/2028-01"),
        ("de janvier à juin", "2027-01/2027-06"),
        ("from January 2027 until June 2027", "2027-01/2027-06"),
        ("between 3 and 10 march", "2027-03-03/2027-03-10"),
        ("du 15 mars au 20 mars", "2027-03-15/2027-03-20"),
    ],
)
def test_periods(text, value):
    assert [(found.entity, found.value) for found in dates().find(text)] == [("period", value)]


@pytest.mark.parametrize(
    "text", ["may I ask something", "sept euros", "je marche", "in S9", "fall 2027", "30/02/2027", "in one course"]
)
def test_no_dates(text):
    assert dates().find(text) == []


def test_place_in_the_text():
    text = "can I stay from 1 février until 31 July?"
    (found,) = dates().find(text)
    assert text[found.start : found.end] == "1 février until 31 July"
