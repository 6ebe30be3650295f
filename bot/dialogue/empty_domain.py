"""Replaces `Domain.is_empty`: Rasa builds an empty domain for each message, to see whether its own is one.

It took 2 % of the time of a message.
"""

from functools import lru_cache
from typing import Any, Dict

from rasa.shared.core.domain import Domain


def is_empty(domain: Domain) -> bool:
    """Return whether the domain is an empty one."""
    return domain.as_dict() == _empty()


@lru_cache(maxsize=1)
def _empty() -> Dict[str, Any]:
    return Domain.empty().as_dict()


def install() -> None:
    """Make Rasa use it."""
    Domain.is_empty = is_empty
