"""Students' words that look like orders to Rasa are words all the same."""

from string import whitespace
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX


async def understand_as_words(agent: Agent, message: UserMessage) -> Any:
    """Understand a text without its leading slashes, which Rasa would take for an order ("/restart").

    The text that is kept and shown stays the student's; positions are moved to fit it.
    """
    words = message.text.lstrip(INTENT_MESSAGE_PREFIX + whitespace) or "?"
    moved = len(message.text) - len(words)
    tracker = await agent.processor.get_tracker(message.sender_id)
    understood = await agent.processor.parse_message(UserMessage(words, sender_id=message.sender_id), tracker)
    understood["text"] = message.text
    for entity in understood.get("entities") or []:
        for edge in ("start", "end"):
            if entity.get(edge) is not None:
                entity[edge] += moved
    if understood.get("text_tokens"):
        understood["text_tokens"] = [(start + moved, end + moved) for start, end in understood["text_tokens"]]
    return understood
