"""`python -m bot ask` asks through the chat API."""

import argparse
import asyncio
import json

import pytest

from bot.cli import ask
from bot.errors import ProcessError


async def run_ask(settings, *arguments):
    parser = argparse.ArgumentParser()
    ask.add_arguments(parser)
    parsed = parser.parse_args([str(argument) for argument in arguments])
    return await asyncio.to_thread(ask.run, parsed, settings)


async def test_several_questions_are_one_conversation(door, make_settings, capsys, fake_rasa):
    url = f"http://127.0.0.1:{door.port}"
    assert await run_ask(make_settings(), "one", "two", "--language", "fr", "--url", url) == 0
    assert fake_rasa.received == [{"language": "fr"}, {"text": "one"}, {"text": "two"}]
    printed = capsys.readouterr().out
    assert "Echo: one" in printed
    assert "(greeting_smalltalk, small_talk, fr)" in printed


async def test_json_gives_one_line_per_question(door, make_settings, capsys):
    await run_ask(make_settings(), "one", "two", "--json", "--url", f"http://127.0.0.1:{door.port}")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["question"] for line in lines] == ["one", "two"]
    assert lines[1]["messages"][0]["text"] == "Echo: two"


async def test_sources_cards_and_choices_are_printed(door, make_settings, capsys, fake_rasa, monkeypatch):
    make_message = fake_rasa.make_message
    source = {
        "title": "Guide",
        "url": "https://a.example",
        "as_of": "2018-2019",
        "verified_on": "2026-11-20",
        "sample": True,
    }
    answer = {"topic": "housing_price", "outcome": "answered", "language": "en", "sources": [source]}
    card = {"title": "Bougainville", "subtitle": "", "facts": [{"label": "Rent", "value": "308 €"}], "url": None}

    def make_rich(sender="assistant", text="Hello", **parts):
        rich = {"answer": answer, "cards": [card], "buttons": [{"title": "More", "choice": "0" * 16}]}
        return make_message(sender, text, **(rich if sender == "assistant" else parts))

    monkeypatch.setattr(fake_rasa, "make_message", make_rich)
    await run_ask(make_settings(), "one", "--url", f"http://127.0.0.1:{door.port}")
    printed = capsys.readouterr().out
    assert "Source: Guide, as of 2018-2019, checked 2026-11-20, https://a.example [SAMPLE, not a real fact]" in printed
    assert "    Rent: 308 €" in printed
    assert "[More]" in printed


async def test_without_an_assistant_one_sentence_says_so(make_settings):
    with pytest.raises(ProcessError, match="No assistant answers at http"):
        await run_ask(make_settings(), "one", "--url", "http://127.0.0.1:1")


async def test_an_error_of_the_assistant_is_told(door, make_settings, fake_rasa):
    fake_rasa.fails_with = 503
    with pytest.raises(ProcessError, match="answers 503"):
        await run_ask(make_settings(), "one", "--url", f"http://127.0.0.1:{door.port}")
