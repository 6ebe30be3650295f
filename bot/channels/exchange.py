"""One thing that a student did on a messenger, and what the assistant answers to it."""

import logging
import time
import unicodedata
from itertools import dropwhile, takewhile
from typing import Any, Awaitable, Callable, Dict, List, Mapping, NamedTuple, Optional

from rasa.core.actions.action import create_bot_utterance
from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.shared.constants import INTENT_MESSAGE_PREFIX
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.channels.conversations import find_sent, read_events
from bot.channels.messages import (
    HIDDEN,
    Choice,
    Message,
    MessageIds,
    assistant_message,
    choice_id,
    find_choice,
    messages_of,
    student_metadata,
)
from bot.channels.wording import worded
from bot.channels.words import understand_as_words
from bot.languages import DEFAULT_LANGUAGE, supported_language
from bot.messaging.commands import COMMAND_PAYLOADS, ERASE, KEEP, read_code, read_command, read_deep_link
from bot.messaging.platforms.base import Inbound
from bot.messaging.platforms.choices import typed_choice

logger = logging.getLogger(__name__)
LONGEST_TEXT = 4000
_OWN_PAYLOAD = "channel:"
_NOT_CARRIED_OVER = ("session_started_metadata", "requested_slot")
_AGREED = ("yes", "y", "ok", "oui", "o", "d'accord")


class NoAnswerError(Exception):
    """The dialogue said nothing, though it should have."""


class Answer(NamedTuple):
    """What to send."""

    messages: List[Message]
    language: str
    erases: bool = False
    """Whether the conversation is to be erased before this is sent."""


class CollectedOutput(OutputChannel):
    """Takes the assistant's utterances of one turn as whole messages; what comes later goes to `later`."""

    def __init__(self, channel: str, later: Callable[[str, Message], Awaitable[None]]):
        self._channel = channel
        self._later = later
        self._ids = MessageIds()
        self._open = True
        self.messages: List[Message] = []

    def name(self) -> str:
        """Return the platform's name; of the instance, because one class serves all platforms."""
        return self._channel

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Take one utterance."""
        made = assistant_message(message.get("timestamp") or time.time(), message.get("text"), message, self._ids)
        if made is None:
            return
        if self._open:
            self.messages.append(made)
        else:
            await self._later(recipient_id, made)

    def close(self) -> List[Message]:
        """Return what was said; reminders that the turn has set go on through `later`."""
        self._open = False
        return self.messages


class Exchange:
    """Answers one inbound thing; called under the conversation's lock."""

    def __init__(
        self,
        agent: Agent,
        conversation_id: str,
        output: CollectedOutput,
        inbound: Inbound,
        redeem_code: Callable[[str], Awaitable[Optional[str]]],
        device_language: str = "",
        *,
        takes_orders: bool = True,
    ):
        self._agent = agent
        self._id = conversation_id
        self._output = output
        self._inbound = inbound
        self._redeem_code = redeem_code
        self._device_language = supported_language(device_language)
        self._takes_orders = takes_orders

    async def answer(self) -> Answer:
        """Return what to send."""
        earlier = self._earlier_replies()
        # A turn that found no answer is in the log too: it is taken again, unless staff speak and we are silent.
        if earlier or (earlier is not None and await self._is_held()):
            return Answer(earlier, await self._language())
        handlers: Mapping[str, Callable[[], Awaitable[Optional[Answer]]]] = {
            "text": self._hear_text, "edit": self._hear_text, "choice": self._hear_press, "start": self._start,
            "location": self._hear_location, "other": self._ask_for_text, "erase": self._erase,
            "linked": lambda: self._take_over(self._inbound.text),
        }  # fmt: skip
        erasing = await handlers[self._inbound.kind]()
        if erasing is not None:
            return erasing
        messages = self._output.close()
        if not messages and not await self._is_held():
            raise NoAnswerError("The assistant found no answer because of a fault on its side.")
        return Answer(messages, await self._language())

    @property
    def is_answered(self) -> bool:
        """Whether the turn was done, and answered, before a crash."""
        return bool(self._earlier_replies())

    async def unsaid(self, key: str) -> Message:
        """Return a message of the channel's own that is not kept in the conversation."""
        said = worded(self._agent, key, await self._language())
        message = assistant_message(time.time(), said["text"], said, MessageIds())
        assert message is not None  # noqa: S101 - these responses have a text
        return message

    # --- what came in

    async def _hear_text(self) -> Optional[Answer]:
        text = _cleaned(self._inbound.text)
        if not text:
            return await self._ask_for_text()
        if len(text) > LONGEST_TEXT:
            return await self._utter("utter_channel_too_long", longest=str(LONGEST_TEXT))
        command, code = read_command(text), read_code(text)
        if command and command.name == "start":
            return await self._start(command.argument)
        if command and command.name in COMMAND_PAYLOADS:
            await self._hear_payload(Choice(COMMAND_PAYLOADS[command.name], text))
            return await self._utter("utter_channel_orders") if command.name == "help" and self._takes_orders else None
        if command and command.name == "language":
            language = supported_language(_language_code(command.argument))
            if language is None:
                return await self._utter("utter_channel_language")
            return await self._hear_payload(Choice(f'/change_language{{"requested_language": "{language}"}}', text))
        if command and command.name == "erase":
            return await self._utter("utter_channel_erase")
        if code or (command and command.name == "link"):
            return await self._link(code or (read_code(command.argument) if command else "") or "")
        chosen = await self._typed_choice(text)
        return await self._hear_payload(chosen) if chosen else await self._hear_words(text)

    async def _hear_press(self) -> Optional[Answer]:
        wanted = self._inbound.choice
        choice = find_choice(read_events(self._agent.tracker_store, self._id), wanted)
        if choice is None:
            return await self._utter("utter_channel_choice_gone")
        return await self._hear_payload(choice)

    async def _start(self, argument: Optional[str] = None) -> Optional[Answer]:
        link = read_deep_link(argument if argument is not None else self._inbound.text)
        if link.code:
            return await self._link(link.code)
        language = link.language or await self._language()
        await self._handle(UserMessage(f'/start_conversation{{"language": "{language}"}}', metadata=HIDDEN))
        if link.payload:
            title = argument if argument is not None else self._inbound.text
            await self._hear_payload(Choice(link.payload, title))
        return None

    async def _hear_location(self) -> Optional[Answer]:
        return await self._hear_payload(Choice("/ask_school_location", "📍"))

    async def _ask_for_text(self) -> Optional[Answer]:
        return await self._utter("utter_channel_text_needed")

    # --- how it is answered

    async def _hear_words(self, text: str) -> Optional[Answer]:
        message = UserMessage(text, sender_id=self._id, metadata=student_metadata(self._inbound.key))
        if text.startswith(INTENT_MESSAGE_PREFIX):
            message.parse_data = await understand_as_words(self._agent, message)
        await self._handle(message)
        return None

    async def _hear_payload(self, choice: Choice) -> Optional[Answer]:
        if choice.payload == ERASE:
            return await self._erase()
        if choice.payload == KEEP:
            return await self._utter("utter_channel_kept")
        await self._handle(UserMessage(choice.payload, metadata=student_metadata(self._inbound.key, choice)))
        return None

    async def _handle(self, message: UserMessage) -> None:
        await self._tracker()
        message.sender_id, message.input_channel = self._id, self._output.name()
        message.output_channel = self._output
        await self._agent.processor.handle_message(message)

    async def _utter(self, key: str, **variables: str) -> Optional[Answer]:
        """Say something of the channel's own, and keep it in the conversation."""
        tracker = await self._tracker()
        event = create_bot_utterance(worded(self._agent, key, await self._language(), **variables))
        tracker.update(event, self._agent.domain)
        await self._output.send_response(self._id, event.message())
        await self._agent.tracker_store.save(tracker)
        return None

    async def _typed_choice(self, text: str) -> Optional[Choice]:
        """Return the choice among those just offered that the words name."""
        tracker = await self._tracker()
        if tracker.is_paused():
            return None
        events = list(takewhile(lambda event: not self._is_of_another(event), reversed(list(tracker.events))))
        listed = any(isinstance(event, SlotSet) and event.key == "list_action" and event.value for event in events)
        for event in (event for event in events if isinstance(event, BotUttered)):
            buttons = (event.data or {}).get("buttons") or []
            if not buttons:
                continue
            offered = [{"title": button["title"], "choice": choice_id(button["payload"])} for button in buttons]
            position = typed_choice(text, {"text": event.text or "", "buttons": offered}, refers_to_list=listed)
            own = buttons[0]["payload"].startswith(_OWN_PAYLOAD)
            if position is None and own and text.casefold().strip(" .!") in _AGREED:
                position = 0
            return Choice(buttons[position]["payload"], text) if position is not None else None
        return None

    def _is_of_another(self, event: Event) -> bool:
        """Tell whether an event is a message of the student's other than this one, which may be taken again."""
        return isinstance(event, UserUttered) and (event.metadata or {}).get("client_id") != self._inbound.key

    async def _link(self, code: str) -> Optional[Answer]:
        source_id = await self._redeem_code(code) if code else None
        return await self._take_over(source_id) if source_id else await self._utter("utter_channel_code_unknown")

    async def _take_over(self, source_id: str) -> Optional[Answer]:
        """Remember here what another conversation of the student remembers."""
        source = await self._agent.tracker_store.retrieve(source_id)
        if source is None:
            return await self._utter("utter_channel_code_unknown")
        tracker = await self._tracker()
        for slot in source.slots.values():
            if slot.value is not None and slot.name not in _NOT_CARRIED_OVER:
                tracker.update(SlotSet(slot.name, slot.value), self._agent.domain)
        await self._agent.tracker_store.save(tracker)
        return await self._utter("utter_channel_linked")

    async def _erase(self) -> Answer:
        return Answer([await self.unsaid("utter_channel_erased")], await self._language(), erases=True)

    # --- what is known

    async def _tracker(self) -> DialogueStateTracker:
        """Return the conversation; a new one speaks the language of the student's device."""
        processor = self._agent.processor
        tracker = await processor.fetch_tracker_with_initial_session(self._id, self._output)
        if tracker.get_slot("language") is None and self._device_language:
            tracker.update(SlotSet("language", self._device_language), self._agent.domain)
            if not tracker.latest_action_name:
                tracker.update(ActionExecuted("action_listen"), self._agent.domain)
            await self._agent.tracker_store.save(tracker)
        return tracker

    async def _is_held(self) -> bool:
        """Tell whether staff speak in the conversation."""
        return (await self._tracker()).is_paused()

    async def _language(self) -> str:
        tracker = await self._agent.tracker_store.retrieve(self._id)
        known = supported_language(tracker.get_slot("language")) if tracker else None
        return known or self._device_language or DEFAULT_LANGUAGE

    def _earlier_replies(self) -> Optional[List[Message]]:
        """Return the replies where the turn was done before a crash and only the sending is left."""
        store, key = self._agent.tracker_store, self._inbound.key
        timestamp = find_sent(store, self._id, key)
        if timestamp is None:
            return None
        messages = messages_of(read_events(store, self._id, timestamp))
        later = list(dropwhile(lambda message: message["client_id"] != key, messages))[1:]
        return list(takewhile(lambda message: message["sender"] != "student", later))


def _language_code(argument: str) -> str:
    names = {"english": "en", "anglais": "en", "french": "fr", "français": "fr", "francais": "fr"}
    return names.get(argument.casefold(), argument)


def _cleaned(text: str) -> str:
    """Drop what nobody can see and no writer means; joiners stay, which Persian and emoji need."""
    kept = (
        c for c in text
        if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in ("Cc", "Cs", "Cf", "Co")
    )  # fmt: skip
    cleaned = "".join(kept).strip()
    return cleaned if cleaned.strip("\u200c\u200d \n\t") else ""
