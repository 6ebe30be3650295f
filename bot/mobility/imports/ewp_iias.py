"""EWP Inter-institutional agreements 7: who may come, and go, under which Erasmus+ agreement."""

import datetime as dt
from typing import Any, Dict, List, Optional, Sequence

from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.xml_files import all_of, place_of, read_records, text_of
from bot.mobility.partial_dates import last_day

_MOBILITIES = {
    "student-studies-mobility-spec": "student_studies",
    "student-traineeship-mobility-spec": "student_traineeship",
    "staff-teacher-mobility-spec": "staff_teaching",
    "staff-training-mobility-spec": "staff_training",
}


class IiasAdapter:
    """Reads `iias-get-response`. Names of persons in it are not taken over."""

    name = "ewp-iias"
    help = "EWP Inter-institutional agreements 7 (XML): agreements and their conditions"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one agreement for each `iia`, with its conditions."""
        for file in files:
            for agreement in read_records(file, self.name, feed):
                self._read(file, agreement, feed, directory)

    def _read(self, file: InputFile, agreement: Any, feed: Feed, directory: Directory) -> None:
        place, partners = place_of(file, agreement), all_of(agreement, "partner")
        own = next((node for node in partners if text_of(node, "hei-id") == directory.home), None)
        # Someone else's agreement is kept but never told: it would read as one of the school's.
        told: Dict[str, Any] = {} if own is not None else {"status": "draft"}
        if own is None:
            heis = " and ".join(text_of(node, "hei-id") or "?" for node in partners)
            feed.warn(place, f"is an agreement between {heis}, without {directory.home}: kept as a draft, never told")
            own = partners[0]
        other = next(node for node in partners if node is not own)
        own_hei, other_hei = text_of(own, "hei-id"), text_of(other, "hei-id") or ""
        partner, name = directory.name(feed, other_hei, place)
        source = feed.source(self.name, partner, name)
        iia_id = text_of(own, "iia-id") or text_of(other, "iia-id")
        code = f"iia-{iia_id}"
        conditions = [
            (node, kind) for element, kind in _MOBILITIES.items()
            for node in all_of(agreement, f"cooperation-conditions/{element}")
        ]  # fmt: skip
        first = [_year(text_of(node, "receiving-first-academic-year-id")) for node, _ in conditions]
        last = [_year(text_of(node, "receiving-last-academic-year-id")) for node, _ in conditions]
        signed = [date[:10] for node in partners if (date := text_of(node, "signing-date"))]
        feed.add(
            "agreement",
            place,
            source,
            code=code,
            partner=partner,
            kind="erasmus",
            scope="school",
            signed_on=max(signed, default=None),
            first_year=min(filter(None, first), default=None),
            last_year=max(filter(None, last), default=None),
            valid_until=_end(max(filter(None, last), default=None)),
            in_effect=text_of(agreement, "in-effect") in ("true", "1"),
            iia_id=iia_id,
            **told,
        )
        for number, (node, kind) in enumerate(conditions, start=1):
            is_incoming = text_of(node, "receiving-hei-id") == own_hei
            feed.add(
                "agreement_condition",
                place_of(file, node),
                source,
                code=f"{code}/{number}",
                agreement=code,
                mobility=kind,
                direction="incoming" if is_incoming else "outgoing",
                first_year=_year(text_of(node, "receiving-first-academic-year-id")),
                last_year=_year(text_of(node, "receiving-last-academic-year-id")),
                places=_places(node),
                months=text_of(node, "total-months-per-year"),
                isced_codes=_texts(node, "subject-area/isced-f-code"),
                eqf_levels=_texts(node, "eqf-level"),
                languages=_languages(node),
                blended={"true": True, "1": True, "false": False, "0": False}.get(text_of(node, "blended") or ""),
                terms=text_of(node, "other-info-terms"),
                **told,
            )


def _year(text: Optional[str]) -> Optional[str]:
    return text.replace("/", "-") if text else None


def _end(year: Optional[str]) -> Optional[dt.date]:
    """Return the last day of an academic year; of a calendar year (2026-2026) 31 December."""
    if year is None:
        return None
    first, second = year.split("-")
    return last_day(first if first == second else year)


def _places(node: Any) -> Optional[str]:
    for places in all_of(node, "mobilities-per-year"):
        if places.get("not-yet-defined") not in ("true", "1"):
            return (places.text or "").strip() or None
    return None


def _texts(node: Any, path: str) -> Optional[List[str]]:
    return [found.text.strip() for found in all_of(node, path) if (found.text or "").strip()] or None


def _languages(node: Any) -> Optional[List[str]]:
    skills = all_of(node, "recommended-language-skill")
    return [
        " ".join(filter(None, (text_of(skill, "language"), text_of(skill, "cefr-level")))) for skill in skills
    ] or None
