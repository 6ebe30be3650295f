"""Ask a running assistant one question or several, in one conversation, and print the answers."""

import argparse
import asyncio
import json
from typing import Any, Dict, List

from bot.errors import ProcessError
from bot.languages import SUPPORTED_LANGUAGES
from bot.settings import Settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the questions and how to ask them."""
    parser.add_argument("questions", nargs="+", metavar="QUESTION", help="several are asked in one conversation")
    parser.add_argument("--language", choices=SUPPORTED_LANGUAGES, help="language in which the conversation is opened")
    parser.add_argument("--url", help="address of the assistant (default: this machine's)")
    parser.add_argument("--json", action="store_true", help="print each answer as one line of JSON")


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Ask, print, return 0 when everything was answered."""
    url = (arguments.url or settings.web_url).rstrip("/")
    for question, messages in asyncio.run(_ask(url, arguments.language, arguments.questions)):
        if arguments.json:
            print(json.dumps({"question": question, "messages": messages}, ensure_ascii=False))
        else:
            print(f"> {question}", *(_shown(message) for message in messages), sep="\n\n", end="\n\n")
    return 0


async def _ask(url: str, language: Any, questions: List[str]) -> List[Any]:
    import aiohttp

    async def call(path: str, body: Dict[str, Any], **headers: str) -> Any:
        async with session.post(url + path, json=body, headers=headers) as response:
            answer = await response.json()
            if response.status >= 400:
                raise ProcessError(f"The assistant at {url} answers {response.status}: {answer['error']['message']}")
            return answer

    try:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as session:
            opened = await call("/api/conversations", {"language": language})
            authorization = f"Bearer {opened['token']}"
            return [
                (question, (await call("/api/messages", {"text": question}, Authorization=authorization))["messages"])
                for question in questions
            ]
    except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as error:
        raise ProcessError(f"No assistant answers at {url} ({error}): start it, or give --url.") from error


def _shown(message: Dict[str, Any]) -> str:
    lines = [message["text"]]
    for card in message["cards"]:
        lines.append(" - ".join(part for part in (card["title"], card["subtitle"]) if part))
        lines += [f"    {fact['label']}: {fact['value']}" for fact in card["facts"]]
        lines += [f"    {card['url']}"] if card["url"] else []
    lines += [f"[{button['title']}]" for button in message["buttons"]]
    answer = message["answer"]
    if answer:
        lines.append(f"({answer['topic']}, {answer['outcome']}, {answer['language']})")
        lines += [_source(source) for source in answer["sources"]]
    return "\n".join(line for line in lines if line)


def _source(source: Dict[str, Any]) -> str:
    age = f"as of {source['as_of']}" if source["as_of"] else "undated"
    parts = [source["title"] or source["url"], age, f"checked {source['verified_on']}", source["url"]]
    sample = " [SAMPLE, not a real fact]" if source["sample"] else ""
    return f"Source: {', '.join(part for part in parts if part)}{sample}"
