"""Where Rasa sends the assistant's utterances: into the reply while a request waits, to the public door afterwards."""

import asyncio
import logging
from typing import Any, Awaitable, Callable, Dict, List, Set

from rasa.core.channels.channel import OutputChannel

from bot.channels.messages import Message, MessageIds, assistant_message

logger = logging.getLogger(__name__)
Push = Callable[[str, List[Message]], Awaitable[None]]
_pushing: Set[asyncio.Task] = set()


class WebOutput(OutputChannel):
    """Collects whole messages: one utterance is one message.

    Reminders keep the output of the turn that set them, and a slow turn outlives its request. So an output that is
    closed goes on, and pushes what comes.
    """

    def __init__(self, push: Push, *, waiting: bool):
        self._push = push
        self._waiting = waiting
        self._collected: List[Message] = []
        self._ids = MessageIds()

    @classmethod
    def name(cls) -> str:
        """Return the channel's name."""
        return "web"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Take one utterance as a whole, instead of Rasa's split into text, buttons and custom parts."""
        made = assistant_message(message["timestamp"], message.get("text"), message, self._ids)
        if made is None:
            return
        if self._waiting:
            self._collected.append(made)
        else:
            await self._push(recipient_id, [made])

    def close(self) -> List[Message]:
        """Return what was collected; what comes later is pushed."""
        self._waiting = False
        return self._collected

    def abandon(self, recipient_id: str) -> None:
        """Nobody waits any more: push what was collected and what comes later."""
        collected = self.close()
        if collected:
            task = asyncio.ensure_future(self._push(recipient_id, collected))
            # The loop holds tasks weakly.
            _pushing.add(task)
            task.add_done_callback(_pushing.discard)
