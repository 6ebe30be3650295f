"""Personal data is hidden, what the conversations are about is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.review.masking import address_key, has_personal_data, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("write to jane.doe+x@uni.example.org, please", "write to [e-mail], please"),
        ("call me: +33 6 12 34 56 78.", "call me: [phone]."),
        ("06.12.34.56.78", "[phone]"),
        ("0033612345678 or 06 12 34 56 78", "[phone] or [phone]"),
        ("+49 (0)151 23456789", "[phone]"),
        ("IBAN FR76 3000 6000 0112 3456 7890 189", "IBAN [IBAN]"),
        ("DE89370400440532013000", "[IBAN]"),
        ("my passport number is X1234567Z", "my passport number is [document number]"),
        ("passeport n° 12AB34567 merci", "passeport n° [document number] merci"),
        ("12AB34567", "[document number]"),
        ("4111 1111 1111 1111", "[card number]"),
        ("1 85 05 78 006 084 36", "[social security number]"),
    ],
)
def test_personal_data_is_hidden(text, masked):
    assert mask(text) == masked
    assert has_personal_data(text)


@pytest.mark.parametrize(
    "text",
    [
        "It costs 308 to 385 €", "in 2026-2027",
        "on 15/09/2026 at 14:30", "76800 Saint-Étienne-du-Rouvray", "112 or 15",
        "course ITI-S5-INFO-MAT", "I arrive on 2026-09-01", "30 ECTS, 1 234,56 €", "S9 and S10", "room B-RJ-02",
        "I need a visa for 2027", "my passport expires in 2030", "passport 2027",
    ],
)  # fmt: skip
def test_facts_stay(text):
    assert mask(text) == text


@given(st.text(max_size=200))
def test_any_text_can_be_masked_and_masking_again_changes_nothing(text):
    once = mask(text)
    assert mask(once) == once


def test_what_is_published_stays_however_it_is_written():
    public = frozenset(map(address_key, ("ri@school.example", "+33 2 32 95 66 00")))
    text = "Write to RI@school.example (or jane@uni.example), call 02 32 95 66 00 or 06 12 34 56 78."
    assert mask(text, public) == "Write to RI@school.example (or [e-mail]), call 02 32 95 66 00 or [phone]."
