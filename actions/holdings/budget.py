"""What a month costs, reckoned from the facts: each figure with its source, and their sum."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Iterator, List, Optional, Sequence, Tuple

from actions.facts import in_language
from actions.formatting import format_as_of, format_money
from actions.holdings.sources import Fact, Reader
from actions.wording import phrase
from bot.mobility.database import Session
from bot.mobility.housing import find_prices
from bot.mobility.procedures import find_procedure_statements, procedure_by_code
from bot.mobility.types import Price, ProcedureStatement, Provenance

_PRICES = ("rent", "internet")
"""Kinds of prices of residences that are due each month."""
_COSTS = ("transport", "meals", "home_insurance")
"""Procedures whose costs come back each month; an amount of one time is no part of a month."""
_TIMES_A_MONTH = {"month": Decimal(1), "meal": Decimal(30), "year": Decimal(1) / 12}
"""How often an amount is due in a month; meals are reckoned as one a day."""
_CURRENCY = "EUR"
_MOST_PRICES = 50
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class _Item:
    """One part of the budget: the span between the lowest and the highest amount stated for it."""

    line: str
    span: Tuple[Decimal, Decimal]
    provenance: Provenance


@dataclass(frozen=True)
class MonthlyBudget:
    """The sum of what a month costs, then what it is made of; nothing where no rent is stated."""

    def find(self, session: Session, reader: Reader) -> Iterator[Fact]:
        """Yield the sum and its parts."""
        items = [item for item in self._items(session, reader) if item is not None]
        if len(items) < 2:
            return
        language = reader.language
        ends = zip(*(item.span for item in items), strict=True)
        low, high = (sum(amounts, Decimal(0)).quantize(Decimal(1)) for amounts in ends)
        total = _money(low, high, language)
        yield Fact(phrase("budget_total", language, amount=total), items[0].provenance)
        yield from (Fact(item.line, item.provenance) for item in items)

    def _items(self, session: Session, reader: Reader) -> Iterator[Optional[_Item]]:
        for kind in _PRICES:
            yield _price_item(
                kind, find_prices(session, kind=kind, period="month", limit=_MOST_PRICES), reader.language
            )
        for code in _COSTS:
            costs = find_procedure_statements(
                session, procedure=code, aspects=("cost",), nationality=reader.nationality, stay=reader.stay
            )
            procedure = procedure_by_code(session, code=code)
            if procedure is not None:
                yield _cost_item(in_language(procedure.name, reader.language), costs, reader.language)


def _price_item(kind: str, prices: Sequence[Price], language: str) -> Optional[_Item]:
    if not prices:
        return None
    low, high = min(price.amount_min for price in prices), max(price.amount_max or price.amount_min for price in prices)
    name = phrase(f"price_kind_{kind}", language)
    return _item(name, (low, high), "month", prices[0].provenance, language)


def _cost_item(name: str, costs: Sequence[ProcedureStatement], language: str) -> Optional[_Item]:
    """Return the part that the newest amounts make up: those of former years are told elsewhere."""
    due = [cost for cost in costs if cost.amount and cost.period in _TIMES_A_MONTH]
    if not due:
        return None
    newest = max(cost.provenance.as_of or "" for cost in due)
    now = [cost for cost in due if (cost.provenance.as_of or "") == newest]
    amounts: List[Decimal] = [amount for cost in now for amount in (cost.amount, cost.amount_max) if amount]
    return _item(name, (min(amounts), max(amounts)), now[0].period or "month", now[0].provenance, language)


def _item(name: str, span: Tuple[Decimal, Decimal], period: str, provenance: Provenance, language: str) -> _Item:
    low, high = ((amount * _TIMES_A_MONTH[period]).quantize(_CENT) for amount in span)
    line = phrase(
        f"budget_item_{period}",
        language,
        name=name,
        amount=_money(low, high, language),
        each=_money(*span, language),
        as_of=format_as_of(provenance, language),
    )
    return _Item(line, (low, high), provenance)


def _money(low: Decimal, high: Decimal, language: str) -> str:
    return format_money(low, _CURRENCY, language, up_to=high)
