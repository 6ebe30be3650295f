"""All platforms by name."""

from typing import Mapping, Type

from bot.channels.platforms.messenger import Messenger
from bot.channels.platforms.slack import Slack
from bot.channels.platforms.telegram import Telegram
from bot.channels.platforms.whatsapp import WhatsApp

PLATFORMS: Mapping[str, Type] = {kind.name: kind for kind in (Telegram, WhatsApp, Slack, Messenger)}
