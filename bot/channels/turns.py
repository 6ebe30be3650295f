"""One turn of a conversation: what the student sends goes through Rasa, under Rasa's lock, within a time-out."""

import asyncio
import logging
import time
from itertools import dropwhile, takewhile
from typing import Any, Callable, List, NamedTuple, Optional, Union

from rasa.core.agent import Agent
from rasa.core.channels.channel import UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.constants import INTENT_MESSAGE_PREFIX

from bot.channels.conversations import conversation_exists, erase_conversation, find_saved, find_sent, read_events
from bot.channels.faults import ChannelError
from bot.channels.messages import HIDDEN, Message, find_choice, messages_of, student_metadata
from bot.channels.output import WebOutput
from bot.channels.words import understand_as_words

logger = logging.getLogger(__name__)
TURN_SECONDS = 20.0


class Turn(NamedTuple):
    """What came of a turn."""

    sent: Optional[Message]
    """The student's message as it is kept; None for the opening."""
    replies: List[Message]
    """None while staff speak in the conversation: they will answer."""


class Conversation:
    """One conversation with the agent."""

    def __init__(self, agent: Agent, conversation_id: str, output: Callable[[], WebOutput]):
        self._agent = agent
        self._id = conversation_id
        self._output = output

    async def open(self, payload: str) -> Turn:
        """Start the conversation with the greeting that the rules answer to `payload`."""
        return await self._take_turn(lambda: self._message(payload, HIDDEN), opening=True)

    async def send_text(self, text: str, client_id: Optional[str] = None) -> Turn:
        """Answer the student's own words, whatever they look like; once, however often `client_id` is sent."""
        message = self._message(text, student_metadata(client_id))
        if text.strip().startswith(INTENT_MESSAGE_PREFIX):
            self._check_exists()
            message.parse_data = await understand_as_words(self._agent, message)
        return await self._take_turn(lambda: message, client_id=client_id)

    async def send_choice(self, choice: str, client_id: Optional[str] = None) -> Turn:
        """Answer a button that the assistant has offered in this conversation; once for each `client_id`."""
        return await self._take_turn(lambda: self._choice_message(choice, client_id), client_id=client_id)

    def messages(self, since: float = 0.0) -> List[Message]:
        """Return the messages of all sessions from `since` on."""
        self._check_exists()
        return messages_of(read_events(self._agent.tracker_store, self._id, since))

    async def erase(self) -> None:
        """Erase the conversation when the turn under way, if any, is done; the lock goes with it."""
        async with self._agent.lock_store.lock(self._id):
            self._check_exists()
            erase_conversation(self._agent.tracker_store, self._id)

    async def _take_turn(
        self, make_message: Callable[[], UserMessage], *, opening: bool = False, client_id: Optional[str] = None
    ) -> Turn:
        started = time.time()
        output = self._output()
        work = asyncio.ensure_future(self._process(make_message, output, opening, client_id))
        try:
            # Shielded: Rasa finishes the turn even when nobody waits for it, so that the record stays whole.
            done = await asyncio.wait_for(asyncio.shield(work), TURN_SECONDS)
        except asyncio.TimeoutError:
            output.abandon(self._id)
            work.add_done_callback(_log_late_failure)
            raise ChannelError(503, "timeout", "The assistant takes too long to answer.") from None
        except asyncio.CancelledError:
            output.abandon(self._id)
            work.add_done_callback(_log_late_failure)
            raise
        except LockError:
            raise ChannelError(503, "busy", "The assistant is still busy with this conversation.") from None
        if isinstance(done, Turn):
            return done
        replies = output.close()
        if not replies and not await self._is_held():
            raise ChannelError(503, "no_answer", "The assistant found no answer because of a fault on its side.")
        return Turn(None if opening else self._sent(done, started), replies)

    async def _process(
        self, make_message: Callable[[], UserMessage], output: WebOutput, opening: bool, client_id: Optional[str]
    ) -> Union[UserMessage, Turn]:
        # What Agent.handle_message does, with the look for the conversation inside the lock: a message that waits
        # while the conversation is erased must not write it anew.
        async with self._agent.lock_store.lock(self._id):
            if not opening:
                self._check_exists()
            earlier = self._earlier_turn(client_id) if client_id else None
            if earlier and (earlier.replies or await self._is_held()):
                return earlier
            message = make_message()
            message.output_channel = output
            await self._agent.processor.handle_message(message)
            return message

    def _earlier_turn(self, client_id: str) -> Optional[Turn]:
        """Return what came of a message that the client sends again because it never saw the answer."""
        timestamp = find_sent(self._agent.tracker_store, self._id, client_id)
        if timestamp is None:
            return None
        messages = messages_of(read_events(self._agent.tracker_store, self._id, timestamp))
        sent, *later = dropwhile(lambda message: message["client_id"] != client_id, messages)
        replies = list(takewhile(lambda message: message["sender"] != "student", later))
        return Turn(sent, replies)

    async def _is_held(self) -> bool:
        """Tell whether staff speak in the conversation, so that the assistant is silent."""
        tracker = await self._agent.tracker_store.retrieve(self._id)
        return tracker is not None and tracker.is_paused()

    def _message(self, text: str, metadata: Any = None) -> UserMessage:
        return UserMessage(text, sender_id=self._id, input_channel=WebOutput.name(), metadata=metadata)

    def _choice_message(self, wanted: str, client_id: Optional[str]) -> UserMessage:
        choice = find_choice(read_events(self._agent.tracker_store, self._id), wanted)
        if choice is None:
            raise ChannelError(404, "choice_not_offered", "This choice was not offered in the conversation.")
        return self._message(choice.payload, student_metadata(client_id, choice))

    def _sent(self, message: UserMessage, started: float) -> Message:
        saved = find_saved(self._agent.tracker_store, self._id, message.message_id, started)
        if saved is None:
            raise ChannelError(503, "not_saved", "The conversation cannot be saved at the moment.")
        return messages_of([saved])[0]

    def _check_exists(self) -> None:
        if not conversation_exists(self._agent.tracker_store, self._id):
            raise ChannelError(404, "conversation_not_found", "There is no such conversation, or it has been erased.")


def _log_late_failure(work: "asyncio.Task[UserMessage]") -> None:
    if not work.cancelled() and work.exception():
        logger.error("A turn failed after its time-out.", exc_info=work.exception())
