"""List the messaging channels, or tell a platform where the assistant's webhook is."""

import argparse
import asyncio

from bot.errors import ProcessError, SettingsError
from bot.settings import CHANNEL_VARIABLES, Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the subcommands."""
    commands = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    commands.add_parser("list", help="show which channels are set up, and what the others need")
    register = commands.add_parser("register", help="tell the platform the webhook's address (needs PUBLIC_URL)")
    register.add_argument("channel", choices=sorted(CHANNEL_VARIABLES))


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Do it; return 0, or raise an error that says what is missing."""
    if arguments.what == "list":
        return _list(settings)
    return _register(arguments.channel, settings)


def _list(settings: Settings) -> int:
    for channel, needed in CHANNEL_VARIABLES.items():
        if channel in settings.credentials:
            address = _webhook(settings, channel) if settings.public_url else "set PUBLIC_URL to see the address"
            print(f"{channel:<10} set up   {address}")
        else:
            print(f"{channel:<10} absent   needs {', '.join(needed)}")
    return 0


def _register(channel: str, settings: Settings) -> int:
    from bot.messaging.platforms.base import PlatformError
    from bot.messaging.platforms.kinds import PLATFORMS
    from bot.messaging.secrecy import hide_in_logs

    variables = settings.credentials.get(channel)
    if variables is None:
        raise SettingsError(f"{channel} is not set up: set {', '.join(CHANNEL_VARIABLES[channel])}.")
    if not settings.public_url:
        raise SettingsError("PUBLIC_URL is not set: the platform has to know the assistant's address from outside.")
    platform = PLATFORMS[channel](variables)
    hide_in_logs(*platform.secrets)
    try:
        print(asyncio.run(_tell(platform, _webhook(settings, channel))))
    except PlatformError as error:
        raise ProcessError(f"{channel} was not registered: {error}") from None
    return 0


def _webhook(settings: Settings, channel: str) -> str:
    return f"{settings.public_url}/webhooks/{channel}/webhook"


async def _tell(platform: "object", url: str) -> str:
    import aiohttp

    async with aiohttp.ClientSession() as session:
        return await platform.register(session, url)  # type: ignore[attr-defined]
