"""A residence in words: as a list line, a card, a heading with its facts or prices."""

from typing import Iterable, Sequence

from actions.facts import as_list, in_language, tell_statements
from actions.formatting import format_number
from actions.prices import tell_price, tell_rent
from actions.replies import Card
from actions.wording import phrase
from bot.languages import localised
from bot.mobility.database import Session
from bot.mobility.housing import RENT, find_prices
from bot.mobility.types import Price, Residence, RoomType, Statement


def rents(session: Session, residence: Residence, period: str = "month") -> Sequence[Price]:
    """Return what the residence costs by the month, the week or the night."""
    return find_prices(session, residence=residence.code, kind=RENT, period=period)


def tell_about(residence: Residence, statements: Iterable[Statement], language: str) -> str:
    """Return what is stated about the residence, under its name."""
    return _titled(residence, tell_statements(statements, language), language)


def tell_prices(residence: Residence, prices: Iterable[Price], language: str) -> str:
    """Return what the residence costs, under its name."""
    return _titled(residence, as_list(tell_price(price, language) for price in prices), language)


def _titled(residence: Residence, text: str, language: str) -> str:
    return phrase("residence_block", language, residence=in_language(residence.name, language), facts=text)


def basic_lines(residence: Residence, language: str) -> Iterable[str]:
    """Return who runs the residence, where it is and how big."""
    yield phrase("residence_provider", language, provider=in_language(residence.provider, language))
    area = localised(residence.area, language)
    if area:
        yield phrase("residence_area", language, area=area)
    if residence.capacity is not None:
        yield phrase("residence_capacity", language, capacity=residence.capacity)


def room_line(room: RoomType, language: str) -> str:
    """Return a kind of room, with its size where it is stated."""
    name = in_language(room.name, language)
    if room.size_m2 is None:
        return phrase("residence_room", language, room=name)
    return phrase("residence_room_size", language, room=name, size=format_number(room.size_m2, language))


def residence_line(session: Session, residence: Residence, language: str, period: str = "month") -> str:
    """Return the residence as a line of a list, with its rent by the month, the week or the night."""
    told = (tell_rent(price, language) for price in rents(session, residence, period))
    details = ", ".join(filter(None, (localised(residence.area, language), *told)))
    line = phrase(
        "residence_line", language,
        residence=in_language(residence.name, language), provider=in_language(residence.provider, language),
    )
    return phrase("residence_line_details", language, line=line, details=details) if details else line


def residence_card(session: Session, residence: Residence, language: str) -> Card:
    """Return the residence as a card."""
    facts = [
        (phrase("label_area", language), localised(residence.area, language)),
        (phrase("label_capacity", language), str(residence.capacity) if residence.capacity is not None else None),
        *((phrase("label_rent", language), tell_rent(price, language)) for price in rents(session, residence)),
    ]
    return Card(
        in_language(residence.name, language),
        subtitle=in_language(residence.provider, language),
        facts=tuple((label, value) for label, value in facts if value),
    )
