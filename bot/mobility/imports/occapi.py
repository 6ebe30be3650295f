"""OCCAPI 1 and 2 (JSON:API): the Open Course Catalogue; version 2 gives lists where version 1 gave one value."""

import re
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from bot.mobility.imports.feed import Directory, Feed, Options, spoken
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.json_files import read_resources
from bot.mobility.imports.owners import owner_of

_HEI = re.compile(r"/hei/([^/?#]+)")
_YEAR = re.compile(r"([1-9])/[1-9]")
_ISCED_DIGITS = 4
"""Of the detailed fields of ISCED-F, which courses and programmes are classified by."""
_TERM = re.compile(r"[1-9]/[1-9]")


class OccapiAdapter:
    """Reads collections and single resources of the types hei, ounit, programme, course and instance."""

    name = "occapi"
    help = "OCCAPI 1 and 2 (JSON): units, programmes, courses and their deliveries"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add a record for each resource; one that stands in several files is told by the fullest."""
        right: List[Tuple[InputFile, int, Mapping[str, Any]]] = []
        for file in files:
            for line, resource in read_resources(file):
                reason = _fault(resource)
                if reason:
                    feed.error(file.place(line), reason)
                else:
                    right.append((file, line, resource))
        for _, _, resource in right:
            if resource["type"] == "hei":
                directory.described[_hei_id(resource)] = spoken(_texts(resource["attributes"]["title"]))
        resources: Dict[Tuple[str, str, str], Tuple[str, str, Mapping[str, Any]]] = {}
        for file, line, resource in right:
            institution, source = owner_of(file, self.name, feed, directory, options, _hei_id(resource))
            key = (institution, resource["type"], resource["id"])
            # A collection may leave out what the resource's own file tells.
            if key not in resources or len(str(resource)) > len(str(resources[key][2])):
                resources[key] = (file.place(line), source, resource)
        for (institution, kind, _), (place, source, resource) in resources.items():
            _READERS[kind](feed, place, institution, source, resource)


def _fault(resource: Any) -> str:
    """Return what keeps a resource from being read, or ""."""
    if not isinstance(resource, dict) or not isinstance(resource.get("attributes"), dict):
        return "is no JSON:API resource: it has no attributes"
    kind, identifier = resource.get("type"), resource.get("id")
    if kind not in _READERS:
        return f"has the type {kind!r}; understood are {', '.join(_READERS)}"
    if not isinstance(identifier, str) or not identifier:
        return f"has no id that is a text, but {identifier!r}"
    if kind != "instance" and not _texts(resource["attributes"].get("title")):
        return f"{identifier}: has no title"
    return ""


def _hei_id(resource: Mapping[str, Any]) -> str:
    """Return the institution that a resource belongs to, where it says so itself."""
    if resource["type"] == "hei":
        return str(resource["attributes"].get("heiId") or "")
    link = _mapping(resource.get("links")).get("self")
    found = _HEI.search(str(link.get("href") if isinstance(link, dict) else link))
    return found[1] if found else ""


def _read_hei(feed: Feed, place: str, institution: str, source: str, resource: Mapping[str, Any]) -> None:
    attributes = resource["attributes"]
    feed.add(
        "partner_institution",
        place,
        source,
        code=institution,
        hei_id=_text(attributes.get("heiId")),
        name=_texts(attributes.get("title")),
        aliases=_listed(attributes.get("abbreviation")),
        website=_url(attributes),
    )


def _read_ounit(feed: Feed, place: str, institution: str, source: str, resource: Mapping[str, Any]) -> None:
    attributes, unit_id = resource["attributes"], resource["id"]
    feed.add(
        "institution_unit",
        place,
        source,
        code=f"{institution}/{unit_id}",
        institution=institution,
        ounit_id=unit_id,
        ounit_code=_text(attributes.get("ounitCode")) or unit_id,
        name=_texts(attributes.get("title")),
        abbreviation=_text(attributes.get("abbreviation")),
        website=_url(attributes),
    )


def _read_opportunity(feed: Feed, place: str, institution: str, source: str, resource: Mapping[str, Any]) -> None:
    attributes, los_id = resource["attributes"], resource["id"]
    meta = _mapping(resource.get("meta"))
    common = _mapping(meta.get("global"))
    feed.add(
        "learning_opportunity",
        place,
        source,
        code=f"{institution}/{los_id}",
        institution=institution,
        los_id=los_id,
        los_code=_text(attributes.get("code")),
        kind="Course" if resource["type"] == "course" else "Degree Programme",
        title=_texts(attributes.get("title")),
        description=_texts(attributes.get("description")) or None,
        languages=_listed(attributes.get("languageOfInstruction")),
        ects=attributes.get("ects"),
        hours=attributes.get("engagementHours"),
        isced_codes=_isced(feed, place, attributes.get("iscedCode")),
        eqf_level=attributes.get("eqfLevelProvided") or common.get("eqfLevel"),
        study_year=_study_year(meta),
        terms=[term for term in _listed(attributes.get("academicTerm")) or () if _TERM.fullmatch(term)] or None,
        open_to_exchange=_open_to_exchange(attributes),
        url=_url(attributes),
        # Deprecated courses are kept, because somebody may have been told of them, but told no more.
        status="draft" if attributes.get("deprecated") is True else None,
    )


def _read_instance(feed: Feed, place: str, institution: str, source: str, resource: Mapping[str, Any]) -> None:
    attributes, loi_id = resource["attributes"], resource["id"]
    course = _mapping(_mapping(_mapping(resource.get("relationships")).get("course")).get("data"))
    grading = attributes.get("gradingScheme")
    feed.add(
        "learning_opportunity_instance",
        place,
        source,
        code=f"{institution}/{loi_id}",
        opportunity=f"{institution}/{course.get('id')}",
        loi_id=loi_id,
        starts_on=attributes.get("startDate"),
        ends_on=attributes.get("endDate"),
        academic_term=_text(attributes.get("academicTermId")),
        language=next(iter(_listed(attributes.get("languageOfInstruction")) or ()), None),
        ects=attributes.get("ects"),
        hours=attributes.get("engagementHours"),
        grading=_texts(grading.get("label")) or None if isinstance(grading, dict) else None,
    )


def _open_to_exchange(attributes: Mapping[str, Any]) -> Optional[bool]:
    for name in ("restrictedToLocalStudents", "unavailableForIncomingMobility"):
        if isinstance(attributes.get(name), bool):
            return not attributes[name]
    return None


def _study_year(meta: Mapping[str, Any]) -> Optional[int]:
    """Return the year of study that all programmes with this course agree on ("4/5" is the fourth of five)."""
    programmes = meta.get("relatedProgramme") or meta.get("programme")
    listed = [_mapping(programme) for programme in programmes] if isinstance(programmes, list) else []
    years = {int(found[1]) for programme in listed if (found := _YEAR.fullmatch(str(programme.get("year"))))}
    return years.pop() if len(years) == 1 else None


def _isced(feed: Feed, place: str, value: Any) -> Optional[List[str]]:
    if isinstance(value, int) and 0 <= value < 10**_ISCED_DIGITS:
        code = f"{value:0{_ISCED_DIGITS}}"
        feed.warn(place, f"iscedCode is the number {value}, which has lost its leading zeros; it is read as {code}")
        return [code]
    return [code for code in _listed(value) or () if code.isdecimal()] or None


def _texts(value: Any) -> Dict[str, str]:
    """Return texts by language, of a list of objects with `string` or `multiline` and `lang`."""
    texts: Dict[str, str] = {}
    for item in value if isinstance(value, list) else ():
        text = item.get("string") or item.get("multiline") if isinstance(item, dict) else None
        if isinstance(text, str) and text.strip():
            texts.setdefault(str(item.get("lang") or "und"), text.strip())
    return texts


def _url(attributes: Mapping[str, Any]) -> Optional[str]:
    listed = attributes.get("url")
    addresses = [_text(_mapping(item).get("uri")) for item in listed] if isinstance(listed, list) else []
    return next((uri if "://" in uri else f"https://{uri}" for uri in addresses if uri), None)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> Optional[str]:
    return value.strip() or None if isinstance(value, str) else None


def _listed(value: Any) -> Optional[List[str]]:
    """Return a list of texts, of a list or of one text."""
    items = value if isinstance(value, list) else [value]
    return [item.strip() for item in items if isinstance(item, str) and item.strip()] or None


_READERS: Mapping[str, Callable[[Feed, str, str, str, Mapping[str, Any]], None]] = {
    "hei": _read_hei,
    "ounit": _read_ounit,
    "programme": _read_opportunity,
    "course": _read_opportunity,
    "instance": _read_instance,
}
