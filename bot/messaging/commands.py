"""What a student can order with a slash or a link, on every messaging channel alike."""

import re
from typing import Mapping, NamedTuple, Optional

from bot.languages import supported_language

COMMANDS: Mapping[str, str] = {
    "start": "start", "help": "help", "aide": "help", "language": "language", "langue": "language",
    "erase": "erase", "effacer": "erase", "link": "link", "lier": "link",
    "reminders": "reminders", "rappels": "reminders", "stop": "stop", "plan": "plan",
}  # fmt: skip
ERASE, KEEP = "channel:erase", "channel:keep"
"""Payloads of choices that the channel itself carries out."""
DEEP_LINKS: Mapping[str, str] = {
    "welcome": '/ask_programme{"programme": "welcome_programme"}',
    "housing": "/find_residences",
    "courses": "/find_courses",
    "deadlines": "/ask_application_deadline",
    "visa": "/ask_visa",
    "cvec": "/ask_cvec",
    "insurance": "/ask_health_insurance",
    "bank": "/ask_bank",
    "transport": "/ask_transport",
    "arrival": "/ask_arrival",
    "contact": "/ask_contact",
    "plan": "/start_plan",
    "help": "/ask_help",
}
"""What `?start=<word>` opens, as payload of Rasa."""
COMMAND_PAYLOADS: Mapping[str, str] = {
    "help": "/ask_help",
    "plan": "/start_plan",
    "reminders": "/start_reminders",
    "stop": "/cancel_reminders",
}
"""Orders that are answered like a message."""
_COMMAND = re.compile(r"/(?P<name>[a-zA-Z]+)(?:@\w+)?(?:\s+(?P<argument>.*))?", re.DOTALL)
_ERASE = re.compile(
    r"(?:please |can you |could you |peux-tu |pouvez-vous |veuillez )?"
    r"(?:(?:delete|erase|remove) (?:all )?(?:of )?(?:my|our|this) (?:\w+ )?(?:data|chats?|conversations?|messages?)"
    r"|(?:effac|supprim)(?:e|er|ez|es) (?:toutes )?(?:mes|notre|nos|cette) "
    r"(?:données|conversations?|messages?|discussion))"
    r"(?: please| stp| svp| s'il vous plaît| s'il te plaît)?",
    re.IGNORECASE,
)
"""Said in words; the student is asked before anything is erased."""
_CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CODE = re.compile(rf"(?:link[- :]*)?([{_CODE_LETTERS}]{{4}})-?([{_CODE_LETTERS}]{{4}})", re.IGNORECASE)


class Command(NamedTuple):
    """An order and what came with it."""

    name: str
    argument: str = ""


def read_command(text: str) -> Optional[Command]:
    """Return the order that a text gives, or None where it is words."""
    if _ERASE.fullmatch(text.strip(" .!?")):
        return Command("erase")
    match = _COMMAND.fullmatch(text.strip())
    name = COMMANDS.get(match["name"].lower()) if match else None
    return Command(name, (match["argument"] or "").strip()) if match and name else None


def read_code(text: str) -> Optional[str]:
    """Return the one-time code that a text consists of, in its one spelling, or None."""
    match = _CODE.fullmatch(text.strip())
    if not match or not any(letter.isdigit() for letter in match[1] + match[2]):
        return None
    return f"{match[1]}-{match[2]}".upper()


class DeepLink(NamedTuple):
    """What a link to the chat carries: `housing`, `housing-fr`, `fr`, or a code."""

    payload: Optional[str] = None
    language: Optional[str] = None
    code: Optional[str] = None


def read_deep_link(text: str) -> DeepLink:
    """Return what a link carries; what is not known is left out."""
    code = read_code(text)
    if code:
        return DeepLink(code=code)
    parts = [part for part in re.split(r"[-_ ]", text.lower()) if part]
    payload = next((DEEP_LINKS[part] for part in parts if part in DEEP_LINKS), None)
    language = next((part for part in parts if supported_language(part)), None)
    return DeepLink(payload, language)
