"""`python -m bot channel`: what is set up, and the one place from which a platform is told the webhook's address."""

import argparse

import pytest
from platform_server import Fault

from bot.cli import channel as command
from bot.errors import ProcessError, SettingsError
from bot.settings import Settings

PUBLIC = {"PUBLIC_URL": "https://assistant.school.example"}
WEBHOOK = "https://assistant.school.example/webhooks/telegram/webhook"


def run(settings, *words):
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(words), Settings.from_environment(settings))


def test_the_list_tells_what_is_set_up_and_what_is_missing(platforms, capsys):
    telegram = {name: value for name, value in platforms.settings.items() if name.startswith("TELEGRAM")}
    assert run({**telegram, **PUBLIC}, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["telegram", "set", "up", WEBHOOK]
    assert lines[2] == "slack      absent   needs SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET"


def test_registering_tells_telegram_address_and_secret(platforms, capsys):
    before = len(platforms.calls)
    assert run({**platforms.settings, **PUBLIC}, "register", "telegram") == 0
    call = platforms.calls[before]
    assert (call.method, call.payload["url"]) == ("setWebhook", WEBHOOK)
    assert call.payload["secret_token"] == platforms.settings["TELEGRAM_SECRET"]
    assert "edited_message" in call.payload["allowed_updates"]
    english, french = [call.payload for call in platforms.calls[before:] if call.method == "setMyCommands"]
    assert {"command": "erase", "description": "Erase our conversation"} in english["commands"]
    assert french["language_code"] == "fr"
    assert {"command": "erase", "description": "Effacer notre conversation"} in french["commands"]
    assert "Telegram will call" in capsys.readouterr().out


@pytest.mark.parametrize("channel", ["whatsapp", "slack", "messenger"])
def test_where_an_address_is_entered_by_hand_the_command_says_which(platforms, capsys, channel):
    assert run({**platforms.settings, **PUBLIC}, "register", channel) == 0
    assert f"https://assistant.school.example/webhooks/{channel}/webhook" in capsys.readouterr().out


def test_what_is_missing_or_refused_is_said(platforms):
    with pytest.raises(SettingsError, match="TELEGRAM_TOKEN"):
        run(PUBLIC, "register", "telegram")
    with pytest.raises(SettingsError, match="PUBLIC_URL"):
        run(platforms.settings, "register", "telegram")
    platforms.fail("telegram", Fault(401, {"ok": False, "error_code": 401, "description": "Unauthorized"}))
    with pytest.raises(ProcessError, match="TELEGRAM_TOKEN") as refused:
        run({**platforms.settings, **PUBLIC}, "register", "telegram")
    assert platforms.settings["TELEGRAM_TOKEN"] not in str(refused.value)
