"""A student on one of the platforms, as the tests play one."""

import asyncio

import payloads as sent_by


class Student:
    """A student on one of the platforms."""

    def __init__(self, channel, chat, messaging, platforms):
        self.channel, self.chat = channel, chat
        self._messaging, self._platforms = messaging, platforms
        self._seen = len(platforms.sent_to(chat))

    @property
    def conversation(self):
        return f"{self.channel}-{self.chat}"

    async def does(self, *webhooks, answers=1, first=None):
        """Deliver webhooks, after what else is to happen `first`; return the API calls that answer them."""
        if first is not None:
            await first
        for webhook in webhooks:
            response = await self._messaging.post(webhook)
            assert response.status == 200, await response.text()
        wanted = self._seen + answers
        await asyncio.to_thread(self._platforms.wait_for, lambda: len(self._platforms.sent_to(self.chat)) >= wanted)
        calls = self._platforms.sent_to(self.chat)[self._seen :]
        self._seen += len(calls)
        assert len(calls) == answers, [call.text for call in calls]
        return calls

    def webhook(self, text, **more):
        """Return the call by which the platform delivers what the student writes."""
        make = {
            "telegram": sent_by.telegram_text, "whatsapp": sent_by.whatsapp_text,
            "slack": sent_by.slack_text, "messenger": sent_by.messenger_text,
        }[self.channel]  # fmt: skip
        return make(int(self.chat) if self.channel == "telegram" else self.chat, text, **more)

    async def says(self, text, answers=1, **more):
        return await self.does(self.webhook(text, **more), answers=answers)

    async def presses(self, choice, title):
        maker = {
            "telegram": lambda: sent_by.telegram_press(int(self.chat), choice),
            "whatsapp": lambda: sent_by.whatsapp_press(self.chat, choice, title, "list_reply"),
            "slack": lambda: sent_by.slack_press(self.chat, choice, title),
            "messenger": lambda: sent_by.messenger_press(self.chat, choice, title),
        }[self.channel]
        return await self.does(maker())


CHATS = {
    "telegram": lambda: str(10_000 + sent_by.number()),
    "whatsapp": lambda: f"336{sent_by.number():08d}",
    "slack": lambda: f"D{sent_by.number()}",
    "messenger": lambda: f"77{sent_by.number()}",
}


def offered(call):
    """Return what a call offers to press, as pairs of reference and shown title."""
    payload = call.payload
    if call.channel == "telegram":
        rows = payload["reply_markup"]["inline_keyboard"]
        return [(button["callback_data"], button["text"]) for row in rows for button in row]
    if call.channel == "whatsapp":
        action = payload["interactive"]["action"]
        rows = [row for section in action.get("sections", []) for row in section["rows"]]
        items = rows or [button["reply"] for button in action["buttons"]]
        return [(item["id"], item.get("description", item["title"])) for item in items]
    if call.channel == "slack":
        elements = [
            element for block in payload["blocks"] if block["type"] == "actions" for element in block["elements"]
        ]
        return [(element["value"], element["text"]["text"]) for element in elements]
    return [(item["payload"], item["title"]) for item in payload["message"]["quick_replies"]]
