"""Replaces `copy` in two modules of Rasa: they copy events and states for log lines of DEBUG, which nobody reads.

They are copied before it is looked whether the line is written at all: cards, sources and slots of each answer, twice.
"""

import copy
import logging
from types import SimpleNamespace
from typing import Any

import rasa.core.policies.rule_policy
import rasa.core.processor


def copy_for_log(value: Any) -> Any:
    """Return a copy where DEBUG is logged, else the value itself, which is then dropped."""
    return copy.deepcopy(value) if logging.getLogger().isEnabledFor(logging.DEBUG) else value


def install() -> None:
    """Make Rasa use it; the two modules copy deeply for nothing else, which a test checks."""
    for module in (rasa.core.processor, rasa.core.policies.rule_policy):
        module.copy = SimpleNamespace(deepcopy=copy_for_log)
