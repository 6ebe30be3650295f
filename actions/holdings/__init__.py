"""What the database holds on each everyday intent: its topic, the facts to tell, whether they answer the question."""

from typing import Mapping, Optional

from actions.holdings.holding import Holding
from actions.holdings.living import LIVING
from actions.holdings.money import MONEY
from actions.holdings.papers import PAPERS
from actions.holdings.studies import STUDIES

HOLDINGS: Mapping[str, Holding] = {**PAPERS, **MONEY, **STUDIES, **LIVING}

_TOLD_BY = {
    "vls_ts_validation": "ask_visa_validation",
    "insa_application": "ask_application_procedure",
    "insa_residence": "ask_residence_application",
    "crous_room": "ask_residence_application",
    "emergency": "report_emergency",
}
"""Intents about procedures that the table alone does not lead to."""


def intent_about(procedure: str) -> Optional[str]:
    """Return the intent that tells most about `procedure`: one about nothing else before one that also names it."""
    only = [intent for intent, holding in HOLDINGS.items() if holding.procedures == (procedure,)]
    explained = [intent for intent, holding in HOLDINGS.items() if holding.explained == (procedure,)]
    named = [intent for intent, holding in HOLDINGS.items() if procedure in holding.procedures]
    return _TOLD_BY.get(procedure) or next(iter((*only, *explained, *named)), None)
