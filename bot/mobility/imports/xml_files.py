"""Reads XML that nobody vouches for: no DOCTYPE, no entities, no network, checked against the official schemas."""

import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Tuple

from lxml import etree

from bot.errors import DataFileError
from bot.mobility.imports.feed import Feed
from bot.mobility.imports.files import InputFile

_SCHEMAS = Path(__file__).parent / "schemas"
_BASE = "https://github.com/erasmus-without-paper/"
_LOCAL = (
    (re.compile(r"/ewp-specs-architecture/[^/]+/(.+)"), "architecture/{}"),
    (re.compile(r"/ewp-specs-types-academic-term/stable-v1/(.+)"), "types-academic-term-v1/{}"),
    (re.compile(r"/ewp-specs-types-([a-z-]+)/[^/]+/(.+)"), "types-{}/{}"),
    (re.compile(r"/ewp-specs-api-registry/[^/]+/(catalogue\.xsd)"), "{}"),
    (re.compile(r"/(xml\.xsd)$"), "{}"),
)
"""Which copy stands for which address that the schemas import."""


@dataclass(frozen=True)
class Kind:
    """One kind of document: the adapter that reads it, and its schema."""

    adapter: str
    schema: str


KINDS: Mapping[str, Kind] = {
    f"{{{_BASE}ewp-specs-api-institutions/tree/stable-v2}}institutions-response": Kind(
        "ewp-institutions", "institutions/response.xsd"
    ),
    f"{{{_BASE}ewp-specs-api-ounits/tree/stable-v2}}ounits-response": Kind("ewp-ounits", "ounits/response.xsd"),
    f"{{{_BASE}ewp-specs-api-factsheet/tree/stable-v1}}factsheet-response": Kind(
        "ewp-factsheet", "factsheet/response.xsd"
    ),
    f"{{{_BASE}ewp-specs-api-courses/tree/stable-v1}}courses-response": Kind("ewp-courses", "courses/response.xsd"),
    f"{{{_BASE}ewp-specs-api-iias/blob/stable-v7/endpoints/get-response.xsd}}iias-get-response": Kind(
        "ewp-iias", "iias/endpoints/get-response.xsd"
    ),
}
"""The documents that are understood, by the qualified name of their root: another version is another namespace."""


def read_records(file: InputFile, adapter: str, feed: Feed) -> Iterator[Any]:
    """Yield the records of a document that its schema accepts; the others become issues.

    Raises DataFileError for what is no XML, has a DOCTYPE, or is no document for this adapter.
    """
    root = _parse(file)
    kind = KINDS.get(root.tag)
    if kind is None:
        raise DataFileError(f"{file.name}: {_strangeness(root.tag, adapter)}")
    if kind.adapter != adapter:
        raise DataFileError(f"{file.name}: is a document for the adapter {kind.adapter}, not for {adapter}.")
    schema = _schema(kind.schema)
    is_valid = schema.validate(root)
    for record in root.iterchildren(tag=etree.Element):
        problems = [] if is_valid else _problems(schema, root, record)
        if problems:
            for line, reason in problems:
                feed.error(file.place(line), reason)
        else:
            yield record


def place_of(file: InputFile, node: Any) -> str:
    """Return where an element stands, as messages give it."""
    return file.place(node.sourceline)


def text_of(node: Any, path: str) -> Optional[str]:
    """Return the text of the first element at a path of local names ("calendar/autumn-term"), or None without one."""
    found = node.findtext("/".join(f"{{*}}{step}" for step in path.split("/")))
    return found.strip() or None if found else None


def all_of(node: Any, path: str) -> List[Any]:
    """Return the elements at a path of local names."""
    return node.findall("/".join(f"{{*}}{step}" for step in path.split("/")))


def texts_of(nodes: Iterable[Any]) -> Tuple[Dict[str, str], List[str]]:
    """Return texts by language, "und" for none; and further texts of a language that has one already."""
    texts: Dict[str, str] = {}
    further: List[str] = []
    for node in nodes:
        text = (node.text or "").strip()
        language = node.get("{http://www.w3.org/XML/1998/namespace}lang") or "und"
        if text and language in texts:
            further.append(text)
        elif text:
            texts[language] = text
    return texts, further


def best_url(nodes: Iterable[Any]) -> Optional[str]:
    """Return the English address, else the first."""
    texts, _ = texts_of(nodes)
    english = (url for language, url in texts.items() if language.lower().startswith("en"))
    return next(english, None) or next(iter(texts.values()), None)


def phone_of(node: Any) -> Optional[str]:
    """Return the first phone number of an element, with its extension."""
    for number in all_of(node, "phone-number"):
        main = text_of(number, "e164") or text_of(number, "other-format")
        extension = text_of(number, "ext")
        if main:
            return f"{main} ext. {extension}" if extension else main
    return None


def _parse(file: InputFile) -> Any:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    if re.match(rb"\s*(<!doctype html|<html)", file.content, re.IGNORECASE):
        raise DataFileError(f"{file.name}: is HTML, not XML; was a login or error page saved?")
    # Before the parser sees it: a DOCTYPE is where entities that grow without end are declared.
    if b"<!DOCTYPE" in file.content.replace(b"\0", b""):
        raise DataFileError(f"{file.name}: has a DOCTYPE, which no feed has and which is refused for safety.")
    try:
        root = etree.fromstring(file.content, parser)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise DataFileError(f"{file.place(line)}: is no complete XML document: {error.msg}.") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise DataFileError(f"{file.name}: has a DOCTYPE, which no feed has and which is refused for safety.")
    return root


def _strangeness(tag: str, adapter: str) -> str:
    name = etree.QName(tag)
    wanted = next((etree.QName(root) for root, kind in KINDS.items() if kind.adapter == adapter), None)
    known = {etree.QName(root).localname: kind for root, kind in KINDS.items()}
    if name.localname in known and wanted is not None:
        return f"is a {name.localname} of another version ({name.namespace}); understood is {wanted.namespace}."
    expected = f" The adapter {adapter} reads {wanted.localname}." if wanted is not None else ""
    return f"its root is {name.localname}, which holds no facts that are imported.{expected}"


def _problems(schema: Any, root: Any, record: Any) -> List[Tuple[int, str]]:
    """Return what the schema says against one record alone."""
    alone = etree.Element(root.tag, root.attrib, nsmap=root.nsmap)
    alone.append(deepcopy(record))
    if schema.validate(alone):
        return []
    # A copied tree has lines of its own kind; the record's is the one to open the file at.
    return [
        (error.line if error.line >= record.sourceline else record.sourceline, _plain(error.message))
        for error in list(schema.error_log)[:5]
    ]


def _plain(message: str) -> str:
    return re.sub(r"\{[^}]*\}", "", message)


class _LocalSchemas(etree.Resolver):
    """Answers every import with a copy; an address without one is an error, never a request."""

    def resolve(self, url: str, _public_id: Any, context: Any) -> Any:
        """Return the copy for an address."""
        if url and not url.startswith(("http:", "https:")):
            return None
        for pattern, local in _LOCAL:
            found = pattern.search(url or "")
            if found:
                return self.resolve_filename(str(_SCHEMAS / local.format(*found.groups())), context)
        raise FileNotFoundError(f"no copy of the schema {url}")


@cache
def _schema(name: str) -> Any:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_LocalSchemas())
    return etree.XMLSchema(etree.parse(str(_SCHEMAS / name), parser))
