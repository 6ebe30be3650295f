"""Prices of residences in words: what, how much, how often, and as of when."""

from actions.facts import in_language
from actions.formatting import format_as_of, format_money
from actions.wording import load_phrases, phrase
from bot.languages import localised
from bot.mobility.types import Price


def is_monthly_rent(price: Price) -> bool:
    """Tell whether this is what a student means by the rent; a night in an emergency room is not."""
    return price.kind == "rent" and price.period == "month"


def tell_price(price: Price, language: str) -> str:
    """Return a line: "Rent: **300 to 400 € per month** (as of 2018-2019; before housing aid)"."""
    details, note = _as_of(price, language), localised(price.note, language)
    if note:
        details = phrase("price_details_note", language, details=details, note=note)
    return phrase(
        "price_line", language, what=_what(price, language), price=_amount(price, language), details=details
    )


def tell_rent(price: Price, language: str) -> str:
    """Return a rent in short: "300 to 400 € per month (as of 2018-2019)"."""
    return phrase("rent_short", language, price=_amount(price, language), as_of=_as_of(price, language))


def _as_of(price: Price, language: str) -> str:
    return phrase("price_as_of", language, as_of=format_as_of(price.provenance, language))


def _what(price: Price, language: str) -> str:
    key = f"price_kind_{price.kind}"
    kind = phrase(key if key in load_phrases() else "price_kind_other", language)
    if price.room_type is None:
        return kind
    return phrase("price_of_room", language, kind=kind, room=in_language(price.room_type, language))


def _amount(price: Price, language: str) -> str:
    amount = format_money(price.amount_min, price.currency, language, up_to=price.amount_max)
    return phrase(f"price_per_{price.period}", language, amount=amount)
