"""The Markdown of messages (bold, links, lists) and what the platforms make of it."""

import re
from html import escape
from typing import Callable, Iterator, List, NamedTuple, Tuple

_SPAN = re.compile(r"\*\*(?P<bold>[^*\n]+?)\*\*|\[(?P<title>[^\]\n]+)\]\((?P<url>(?:https?://|mailto:)[^\s)]+)\)")
_BULLET = re.compile(r"(?m)^[-*] (?=\S)")
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+")
_MARKER = re.compile(r"(?<!\w)([*_~`])(?=\S)|(?<=\S)([*_~`])(?!\w)")
_INVISIBLE = "\u200b"


class Span(NamedTuple):
    """A part of a text: plain, bold, or a link where it has an address."""

    text: str
    bold: bool = False
    url: str = ""


def parse(text: str) -> Iterator[Span]:
    """Yield the spans of a text in order."""
    position = 0
    for match in _SPAN.finditer(text):
        if match.start() > position:
            yield Span(text[position : match.start()])
        yield Span(match["bold"], bold=True) if match["bold"] else Span(match["title"], url=match["url"])
        position = match.end()
    if position < len(text):
        yield Span(text[position:])


def marked_places(text: str) -> List[Tuple[int, int]]:
    """Return where bold parts and links stand: a text is not to be cut within them."""
    return [match.span() for match in _SPAN.finditer(text)]


def to_html(text: str) -> str:
    """Return Telegram's HTML."""

    def show(span: Span) -> str:
        if span.url:
            return f'<a href="{escape(span.url)}">{escape(span.text, quote=False)}</a>'
        return f"<b>{escape(span.text, quote=False)}</b>" if span.bold else escape(span.text, quote=False)

    return _rendered(text, show)


def to_mrkdwn(text: str) -> str:
    """Return Slack's mrkdwn."""

    def show(span: Span) -> str:
        if span.url:
            return f"<{_slack_escaped(span.url).replace('|', '%7C')}|{_slack_escaped(span.text).replace('|', '/')}>"
        return f"*{_slack_escaped(span.text)}*" if span.bold else _neutral(_slack_escaped(span.text))

    return _rendered(text, show)


def to_whatsapp(text: str) -> str:
    """Return WhatsApp's marks; it knows bold but no links with a title."""

    def show(span: Span) -> str:
        if span.url:
            return _with_address(span)
        return f"*{span.text}*" if span.bold else _neutral(span.text)

    return _rendered(text, show)


def to_plain(text: str) -> str:
    """Return the text without any mark."""
    return _rendered(text, lambda span: _with_address(span) if span.url else span.text)


def _rendered(text: str, show: Callable[[Span], str]) -> str:
    return "".join(show(span) for span in parse(_BULLET.sub("• ", text)))


def _with_address(span: Span) -> str:
    address = span.url[len("mailto:") :] if span.url.startswith("mailto:") else span.url
    return address if span.text in (address, span.url) else f"{span.text} ({address})"


def _slack_escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _neutral(text: str) -> str:
    """Keep marks that stand in a text from being taken for formatting: these dialects have no escape of their own."""
    parts, position = [], 0
    for address in _ADDRESS.finditer(text):
        parts += [_MARKER.sub(_broken, text[position : address.start()]), address[0]]
        position = address.end()
    return "".join([*parts, _MARKER.sub(_broken, text[position:])])


def _broken(match: "re.Match[str]") -> str:
    return f"{_INVISIBLE}{match[0]}{_INVISIBLE}"
