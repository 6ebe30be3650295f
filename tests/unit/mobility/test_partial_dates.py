import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.mobility.partial_dates import academic_year_start, last_day

DAYS = st.dates(min_value=dt.date(1001, 1, 1), max_value=dt.date(9000, 12, 31))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2018-2019", dt.date(2019, 8, 31)),
        ("2014-2016", dt.date(2016, 12, 31)),
        ("2024", dt.date(2024, 12, 31)),
        ("2024-02", dt.date(2024, 2, 29)),
        ("2026-11-23", dt.date(2026, 11, 23)),
    ],
)
def test_a_period_ends_on_its_last_day(text, day):
    assert last_day(text) == day


@pytest.mark.parametrize(
    "text",
    ["", "now", "26", "2019-2018", "2019-2019", "2026-13", "2026-00", "2026-02-30", "2026-01-00", "2026-1", "٢٠٢٦"],
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match="is neither YYYY, YYYY-MM"):
        last_day(text)


@given(DAYS)
def test_each_part_of_a_day_names_a_period_that_holds_it(day):
    assert last_day(day.isoformat()) == day
    assert day <= last_day(day.isoformat()[:7]) <= last_day(day.isoformat()[:4])


@given(DAYS)
def test_a_day_lies_in_its_academic_year(day):
    first = academic_year_start(day)
    end = last_day(f"{first}-{first + 1}")
    assert end.replace(year=end.year - 1) < day <= end


@given(st.text(alphabet="0123456789-", max_size=10))
def test_any_text_gives_a_day_or_is_refused(text):
    try:
        day = last_day(text)
    except ValueError:
        return
    assert str(day.year) in text
