"""All platforms by name."""

from typing import Mapping, Type

from bot.messaging.platforms.messenger import Messenger
from bot.messaging.platforms.slack import Slack
from bot.messaging.platforms.telegram import Telegram
from bot.messaging.platforms.whatsapp import WhatsApp

PLATFORMS: Mapping[str, Type] = {kind.name: kind for kind in (Telegram, WhatsApp, Slack, Messenger)}
