"""Hides personal data in texts: e-mail addresses, phone, passport and account numbers.

What is hidden is a pattern and a check sum, no guess at names. Better one number too many is hidden than one too few;
but years, amounts, dates, post codes and course codes are what the conversations are about, and stay.
"""

import re
from typing import AbstractSet, Callable, NamedTuple, Pattern, Tuple

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}(?![A-Za-z0-9])", re.IGNORECASE)
_CARD = re.compile(r"(?<!\d)(?:\d[ \u00a0-]?){13,19}(?!\d)")
_SOCIAL_SECURITY = re.compile(
    r"(?<!\d)[1-478][ .\u00a0]?\d{2}[ .\u00a0]?\d{2}[ .\u00a0]?(?:\d{2}|2[AB])[ .\u00a0]?\d{3}[ .\u00a0]?\d{3}"
    r"(?:[ .\u00a0]?\d{2})?(?!\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w+/.-])(?:\+|00)?\(?\d{1,4}\)?(?:[ .\u00a0/-]?\(?\d{1,4}\)?){3,7}(?![\w/-]|\.\d)")
_PASSPORT_WORD = re.compile(
    r"(?:passe?ports?|travel document|identity card|id card|carte d['’]identité|titre de séjour|residence permit|visa)"
    r"[^\n.!?]{0,30}?(?<!\w)(?P<number>(?=[A-Z0-9]*\d[A-Z0-9]*\d[A-Z0-9]*\d)[A-Z0-9]{6,12})(?!\w)",
    re.IGNORECASE,
)
_PASSPORT = re.compile(r"(?<!\w)(?:[A-Z]{1,2}\d{7}|\d{2}[A-Z]{2}\d{5}|[A-Z]{2}\d{6,7}|[A-Z]\d{8})(?!\w)")
_DATE = re.compile(r"\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}$")
_SUBSCRIBER_DIGITS = 9
"""Of a phone number, without what is dialled before it from elsewhere."""
_YEARS = re.compile(r"(?:19|20)\d{2}(?:[ /-]+(?:19|20)\d{2})*$")


class _Kind(NamedTuple):
    name: str
    pattern: Pattern
    is_meant: Callable[[str], bool]


def mask(text: str, public: AbstractSet[str] = frozenset()) -> str:
    """Return the text with personal data replaced by the kind of what stood there, such as `[e-mail]`.

    Addresses and numbers whose `address_key` is in `public` are nobody's own, such as the office's mailbox: they stay.
    """
    for kind in _KINDS:
        text = kind.pattern.sub(lambda match, kind=kind: _replaced(match, kind, public), text)  # type: ignore[misc]
    return text


def address_key(address: str) -> str:
    """Return what an e-mail address, or a phone number however it is written, is known by."""
    return address.casefold() if "@" in address else re.sub(r"\D", "", address)[-_SUBSCRIBER_DIGITS:]


def has_personal_data(text: str) -> bool:
    """Tell whether `mask` would hide anything."""
    return mask(text) != text


def _replaced(match: "re.Match[str]", kind: _Kind, public: AbstractSet[str]) -> str:
    group = "number" if "number" in match.re.groupindex else 0
    found = match.group(group)
    if not kind.is_meant(found) or address_key(found) in public:
        return match.group()
    first = match.start(group) - match.start()
    whole = match.group()
    # What a pattern may swallow at its end belongs to the sentence.
    tail = found[len(found.rstrip(" \u00a0.-/")) :]
    return f"{whole[:first]}[{kind.name}]{tail}{whole[first + len(found) :]}"


def _is_iban(found: str) -> bool:
    compact = re.sub(r"[^A-Za-z0-9]", "", found).upper()
    turned = compact[4:] + compact[:4]
    return 15 <= len(compact) <= 34 and int("".join(str(int(letter, 36)) for letter in turned)) % 97 == 1


def _is_card(found: str) -> bool:
    digits = [int(digit) for digit in re.sub(r"\D", "", found)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return 13 <= len(digits) <= 19 and (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_social_security(found: str) -> bool:
    return len(re.sub(r"\W", "", found)) in (13, 15)


def _is_phone(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    if _DATE.match(found.strip()) or _YEARS.match(found.strip()):
        return False
    international = found.startswith(("+", "00"))
    return 8 <= len(digits) <= 15 if international else digits.startswith("0") and 9 <= len(digits) <= 11


def _always(_found: str) -> bool:
    return True


_KINDS: Tuple[_Kind, ...] = (
    _Kind("e-mail", EMAIL, _always),
    _Kind("IBAN", _IBAN, _is_iban),
    _Kind("card number", _CARD, _is_card),
    _Kind("social security number", _SOCIAL_SECURITY, _is_social_security),
    _Kind("phone", _PHONE, _is_phone),
    _Kind("document number", _PASSPORT_WORD, _always),
    _Kind("document number", _PASSPORT, _always),
)
