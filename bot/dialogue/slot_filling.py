"""Replaces a step of `ActionExtractSlots.run`: Rasa asks for each slot and message whether the message fills it.

Most slots are set by actions only (mapping `custom` without an action), so no message can fill them: they are left out
of the question. Where an action checks what was filled, Rasa's own step is taken.
"""

import copy
from typing import Any, List

from rasa.core.actions.action import ActionExtractSlots
from rasa.shared.core.constants import ACTION_VALIDATE_SLOT_MAPPINGS, SlotMappingType
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event

_ask_for_all = ActionExtractSlots.run
_FILLABLE = "fillable_part"


async def run(action: ActionExtractSlots, output_channel: Any, nlg: Any, tracker: Any, domain: Domain) -> List[Event]:
    """Return the events that Rasa returns."""
    return await _ask_for_all(action, output_channel, nlg, tracker, fillable_part(domain))


def fillable_part(domain: Domain) -> Domain:
    """Return the domain with those slots only that a message can fill."""
    if ACTION_VALIDATE_SLOT_MAPPINGS in domain.user_actions:
        return domain
    if not hasattr(domain, _FILLABLE):
        part = copy.copy(domain)
        part.slots = [slot for slot in domain.slots if any(map(_may_fill, slot.mappings))]
        setattr(domain, _FILLABLE, part)
    return getattr(domain, _FILLABLE)


def _may_fill(mapping: Any) -> bool:
    return mapping.get("type") != str(SlotMappingType.CUSTOM) or bool(mapping.get("action"))


def install() -> None:
    """Make Rasa use it."""
    ActionExtractSlots.run = run
