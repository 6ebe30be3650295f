"""EWP Mobility Factsheet 1: what an institution asks of students who come to it, and until when."""

import re
from itertools import product
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Sequence, Tuple

from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.owners import owner_of
from bot.mobility.imports.xml_files import all_of, phone_of, place_of, read_records, text_of

_MONTH_DAY = re.compile(r"--([0-9]{2})-([0-9]{2})(?:Z|[+-][0-9:]{5})?")
_DESKS = {
    "application-info": "application_desk",
    "housing-info": "housing",
    "visa-info": "visa",
    "insurance-info": "insurance",
}
_WEEKS = {"decision-weeks-limit": "decision", "tor-weeks-limit": "transcript"}
_TERMS = ("autumn", "spring")


class FactsheetAdapter:
    """Reads `factsheet-response`; the factsheet of an institution replaces its former one as a whole."""

    name = "ewp-factsheet"
    help = "EWP Mobility Factsheet 1 (XML): nomination, application, documents, desks"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one entry for each fact of each `factsheet`."""
        feed.replaced.add("factsheet_entry")
        for file in files:
            for factsheet in read_records(file, self.name, feed):
                hei_id = text_of(factsheet, "hei-id") or ""
                institution, source = owner_of(file, self.name, feed, directory, options, hei_id)
                for node, key, fields in self._entries(factsheet):
                    entry = {"code": f"{institution}/{key}", "institution": institution, **fields}
                    feed.add("factsheet_entry", place_of(file, node), source, **entry)
                for reason in _doubts(factsheet):
                    feed.warn(place_of(file, factsheet), f"{hei_id}: {reason}")
        if not feed.institutions:
            # Nothing could be read: then nothing is said of anybody's factsheet either.
            feed.replaced.clear()

    def _entries(self, factsheet: Any) -> Iterator[Tuple[Any, str, Dict[str, Any]]]:
        """Yield element, key and fields of every fact."""
        for subject, term in product(("nomination", "application"), _TERMS):
            for node in all_of(factsheet, f"calendar/student-{subject}s/{term}-term"):
                month, day = _month_day(node.text)
                yield node, f"{subject}/{term}", {"subject": subject, "term": term, "month": month, "day": day}
        for element, subject in _WEEKS.items():
            for node in all_of(factsheet, element):
                yield node, subject, {"subject": subject, "weeks": (node.text or "").strip()}
        for element, subject in _DESKS.items():
            for node in all_of(factsheet, element):
                yield node, subject, {"subject": subject, **_desk(node)}
        for element, (subject, read) in _LISTS.items():
            for position, node in enumerate(all_of(factsheet, element)):
                yield node, f"{subject}/{position + 1}", {"subject": subject, "position": position, **read(node)}


def _document(node: Any) -> Dict[str, Any]:
    described = {"title": text_of(node, "name"), "details": text_of(node, "details")}
    return {**described, "urls": _urls(node, "information-website")}


def _accessibility(node: Any) -> Dict[str, Any]:
    described = {"title": text_of(node, "name"), "details": text_of(node, "description")}
    return {**described, **_desk(next(iter(all_of(node, "information")), node))}


def _other(node: Any) -> Dict[str, Any]:
    return {"title": text_of(node, "type"), **_desk(next(iter(all_of(node, "info")), node))}


_LISTS: Mapping[str, Tuple[str, Callable[[Any], Dict[str, Any]]]] = {
    "additional-requirement": ("document", _document),
    "accessibility": ("accessibility", _accessibility),
    "additional-info": ("other", _other),
}


def _month_day(text: Optional[str]) -> Tuple[Optional[int], Optional[int]]:
    found = _MONTH_DAY.fullmatch((text or "").strip())
    return (int(found[1]), int(found[2])) if found else (None, None)


def _desk(node: Any) -> Dict[str, Any]:
    return {"email": text_of(node, "email"), "phone": phone_of(node), "urls": _urls(node, "website-url")}


def _urls(node: Any, element: str) -> Optional[list]:
    return [url.text.strip() for url in all_of(node, element) if (url.text or "").strip()] or None


def _doubts(factsheet: Any) -> Iterator[str]:
    """Yield what can hardly be meant: an application that closes before the nomination."""
    for term in _TERMS:
        dates = []
        for subject in ("nomination", "application"):
            month, day = _month_day(text_of(factsheet, f"calendar/student-{subject}s/{term}-term"))
            dates.append((month or 0, day or 0))
        nomination, application = dates
        if application < nomination:
            yield (
                f"for the {term} term applications close on {application[0]:02}-{application[1]:02}, "
                f"before nominations on {nomination[0]:02}-{nomination[1]:02}"
            )
