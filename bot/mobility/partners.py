"""Other institutions and the agreements with them that the database holds; more may exist than it holds."""

import re
from dataclasses import dataclass
from typing import Any, Dict, FrozenSet, Iterator, Optional, Sequence, Set, Tuple

from rapidfuzz import fuzz
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.mobility import models
from bot.mobility.common_words import common_words
from bot.mobility.institution import home_words
from bot.mobility.institution_index import CLOSE, InstitutionIndex, InstitutionMatch, InstitutionName, says_nothing
from bot.mobility.names import data_version
from bot.mobility.normalisation import normalised
from bot.mobility.partner_models import AgreementKind
from bot.mobility.provenance import is_told, provenance_of
from bot.mobility.types import Provenance, Texts

SURE = 0.8
"""From here on an institution is meant even though another country is named, the student's own perhaps."""
_ERASMUS_CODE = re.compile(r"(?<![A-Za-z])([A-Za-z]{1,3})\s{0,2}([A-Za-z][A-Za-z-]{1,8})\s?(\d{2,3})(?!\d)")
_ERASMUS_CODE_ALONE = re.compile(r"[A-Za-z]{1,3}\s{1,2}[A-Za-z-]{4,8}\d{2,3}")
_PIC = re.compile(r"(?<!\d)\d{9}(?!\d)")
_DOMAIN = re.compile(r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b")
_ASKING_WORDS = frozenset(
    """
    academic accord accords africa afrique agreement agreements alliance america amerique apply aren asia asie
    aupres become bilateral bilaterale bilateraux check confirm convention conventions cooperate cooperates
    cooperation coopere cooperent cooperez countries country currently dd degree degrees devenir diplome diplomes
    double doubles dual echange echanges eligible erasmus establishment etablissement etablissements etes etude
    etudiant etudiante europe exchange exchanges existing fac facs faculte faculty group groupe home incoming
    institution institutional institutions inter interinstitutionnel interuniversity isn joint latin latine lien
    liens link links list liste mobilite mobility network networks nominate nominated nomination oceania
    oceanie origine outgoing partenaire partenaires partenariat partenariats partner partners partnership
    partnerships pays program programme programmes sign signe signed signer souhaitons student students study
    sur travaille travaillez ville work working yours
    """.split()
)
"""Words of the question itself. What they leave out of a name ("university") tells no institution from another."""


_MISSPELT = ("partner", "partners", "partenaire", "partenaires", "agreement", "university", "universite")
"""Words of the question that students often misspell."""
_TYPO_SCORE = 80.0
_LONGEST_NAME_IN_CAPITALS = 3
"""Words; in a longer text in capitals they tell no acronyms."""


@dataclass(frozen=True)
class PartnerInstitution:
    """An institution elsewhere; whether it is a partner, agreements say."""

    code: str
    name: Texts
    country: Optional[str]
    city: Optional[str]
    erasmus_code: Optional[str]
    website: Optional[str]
    is_name_only: bool
    provenance: Provenance


@dataclass(frozen=True)
class Agreement:
    """An agreement with one institution, as a source states it."""

    code: str
    partner: PartnerInstitution
    kind: str
    is_of_group: bool
    """Whether the group of schools has made it, not this school by itself."""
    text: Optional[Texts]
    first_year: Optional[str]
    last_year: Optional[str]
    in_effect: Optional[bool]
    provenance: Provenance


@dataclass(frozen=True)
class InstitutionSearch:
    """What a text names."""

    codes: Tuple[str, ...]
    """One where it is clear, several where each may be meant, none where nothing known is named."""
    words: Tuple[str, ...]
    """The words that seem to name an institution; none where they only say that it is one, or are ordinary words."""
    is_certain: bool = False
    """Whether a code names it, or a name without doubt."""
    names_a_kind: bool = False
    """Whether a word says that an institution is named ("university")."""


def find_institutions(
    session: Session, text: str, *, ignored: Sequence[Tuple[int, int]] = (), countries: Sequence[str] = ()
) -> InstitutionSearch:
    """Return the institutions that a text names by code, website or name.

    `ignored` are places of the text that name other things; of namesakes those in `countries` are meant.
    """
    coded = _by_code(session, text)
    if coded:
        return InstitutionSearch(coded, (), is_certain=True, names_a_kind=True)
    index = _index(session)
    native = index.find_native(text)
    if native:
        return InstitutionSearch(tuple(match.code for match in native), (), is_certain=True, names_a_kind=True)
    website = _DOMAIN.search(text.lower())
    if website:
        return InstitutionSearch((), (website[0],))
    words = _naming_words(text, ignored, home_words(session))
    telling = tuple(word for word in words if not says_nothing(word))
    matches = index.search(words) if telling else ()
    there = _codes_in(session, matches, countries)
    if there:
        matches = tuple(match for match in matches if match.code in there)
    best = matches[0].score if matches else 0.0
    names_a_kind = len(words) > len(telling)
    if not matches or (countries and not there and best < SURE):
        return InstitutionSearch((), telling if names_a_kind or _is_written_like_a_name(text, telling) else ())
    meant = tuple(match.code for match in matches if best - match.score < CLOSE)
    return InstitutionSearch(meant, telling, is_certain=best >= SURE, names_a_kind=names_a_kind)


def _codes_in(session: Session, matches: Sequence[InstitutionMatch], countries: Sequence[str]) -> Set[str]:
    """Return the codes of the institutions in one of the countries."""
    found = institutions_by_code(session, codes=[match.code for match in matches]) if countries else ()
    return {one.code for one in found if one.country in countries}


def institutions_by_code(session: Session, *, codes: Sequence[str]) -> Tuple[PartnerInstitution, ...]:
    """Return the institutions of `codes` that may be told, in that order."""
    model = models.PartnerInstitution
    rows = {row.code: row for row in session.scalars(select(model).where(is_told(model), model.code.in_(codes)))}
    return tuple(_institution(rows[code]) for code in codes if code in rows)


def find_agreements(
    session: Session, *, partners: Sequence[str] = (), country: Optional[str] = None, kind: Optional[str] = None
) -> Tuple[Agreement, ...]:
    """Return the agreements with these institutions, with those of a country, of one kind; Erasmus first."""
    model, partner = models.Agreement, models.PartnerInstitution
    query = (
        select(model).join(partner, partner.code == model.partner_code)
        .where(is_told(model), is_told(partner), or_(model.in_effect.is_(None), model.in_effect.is_(True)))
    )  # fmt: skip
    if partners:
        query = query.where(model.partner_code.in_(partners))
    if country is not None:
        query = query.where(partner.country == country)
    if kind is not None:
        query = query.where(model.kind == AgreementKind(kind))
    kinds = list(AgreementKind)
    rows = sorted(session.scalars(query), key=lambda row: (kinds.index(row.kind), row.partner.country or "", row.code))
    return tuple(_agreement(row) for row in rows)


def list_read_on(session: Session) -> Optional[str]:
    """Return when the newest of the agreements was last read, or None where none is held."""
    model = models.Agreement
    return session.execute(select(func.max(model.verified_on)).where(is_told(model))).scalar()


def count_institutions(session: Session) -> int:
    """Return how many institutions the database knows, partners or not."""
    model = models.PartnerInstitution
    return session.execute(select(func.count()).select_from(model).where(is_told(model))).scalar() or 0


def same_institution(session: Session, *, code: str) -> Tuple[str, ...]:
    """Return the codes of all rows that are one institution: they share PIC, Erasmus code or SCHAC code."""
    model = models.PartnerInstitution
    row = session.get(model, code)
    if row is None:
        return (code,)
    shared = [column == value for column, value in (
        (model.pic, row.pic), (model.erasmus_code, row.erasmus_code), (model.hei_id, row.hei_id),
    ) if value]  # fmt: skip
    if not shared:
        return (code,)
    found = session.scalars(select(model.code).where(is_told(model), or_(*shared)).order_by(model.code))
    return tuple(dict.fromkeys((code, *found)))


def is_erasmus_code(text: str) -> bool:
    """Tell whether `text` is an Erasmus code and nothing else, such as "I TORINO02"."""
    return _ERASMUS_CODE_ALONE.fullmatch(text.strip(" .?!")) is not None


def _by_code(session: Session, text: str) -> Tuple[str, ...]:
    model = models.PartnerInstitution
    erasmus = {"".join(parts).upper() for parts in _ERASMUS_CODE.findall(text)}
    pics, domains = set(_PIC.findall(text)), set(_DOMAIN.findall(text.lower()))
    conditions: list = []
    if erasmus:
        conditions.append(func.replace(model.erasmus_code, " ", "").in_(erasmus))
    if pics:
        conditions.append(model.pic.in_(pics))
    if domains:
        bare = {domain[4:] if domain.startswith("www.") else domain for domain in domains}
        conditions.append(model.hei_id.in_(bare))
        conditions.extend(model.website.contains(domain, autoescape=True) for domain in bare)
    if not conditions:
        return ()
    query = select(model.code).where(is_told(model), or_(*conditions)).order_by(model.is_name_only, model.code)
    found = session.scalars(query).all()
    return tuple(found[:1]) if len(found) > 1 and len(erasmus | pics | domains) == 1 else tuple(found)


def _naming_words(text: str, ignored: Sequence[Tuple[int, int]], own: FrozenSet[str]) -> Tuple[str, ...]:
    rest = list(text)
    for start, end in ignored:
        rest[start:end] = " " * (end - start)
    kept = []
    shouts = text.isupper() and len(text.split()) > _LONGEST_NAME_IN_CAPITALS
    for word in "".join(rest).split():
        is_acronym = sum(letter.isupper() for letter in word) > 1 and not shouts
        for part in normalised(word).split():
            is_plain = part in common_words() and not is_acronym and not part.startswith("uni")
            is_asking = part in _ASKING_WORDS or part in own or _is_misspelt(part)
            if len(part) > 1 and not (is_plain or is_asking):
                kept.append(part)
    return tuple(dict.fromkeys(kept))


def _is_written_like_a_name(text: str, words: Sequence[str]) -> bool:
    """Tell whether one of the words has a capital that starts no sentence, or they or a code are all that is said."""
    if is_erasmus_code(text) or set(normalised(text).split()) <= set(words):
        return True
    starts_sentence = True
    for written in () if text.isupper() else text.split():
        capitals = sum(letter.isupper() for letter in written)
        is_capitalised = capitals > 1 or (capitals == 1 and not starts_sentence)
        if is_capitalised and not set(normalised(written).split()).isdisjoint(words):
            return True
        starts_sentence = written[-1] in ".?!:"
    return False


def _is_misspelt(word: str) -> bool:
    """Tell whether a word is one of the question with a typo; "univ" is none, names begin so."""
    return not says_nothing(word) and any(fuzz.ratio(word, right) >= _TYPO_SCORE for right in _MISSPELT)


def _index(session: Session) -> InstitutionIndex:
    """Return the index of the names; it is built anew when the data have changed."""
    model = models.PartnerInstitution
    count = session.execute(select(func.count()).select_from(model)).scalar()
    version = f"{session.get_bind().engine.url} {data_version(session)} {count}"
    index = _indexes.get(version)
    if index is None:
        index = InstitutionIndex(_names(session))
        _indexes.clear()
        _indexes[version] = index
    return index


_indexes: Dict[str, InstitutionIndex] = {}
"""The newest index, by the version of the data."""


def _names(session: Session) -> Iterator[InstitutionName]:
    model = models.PartnerInstitution
    columns = select(model.code, model.name, model.aliases, model.city, model.pic, model.erasmus_code)
    seen: Dict[str, str] = {}
    for code, written, aliases, city, pic, erasmus_code in session.execute(
        columns.where(is_told(model)).order_by(model.is_name_only, model.code)
    ):
        # A full row and a row known by name are one institution: the full one stands for both.
        first = next((seen[shared] for shared in (pic, erasmus_code) if shared in seen), code)
        seen.update({shared: first for shared in (pic, erasmus_code) if shared})
        yield from (InstitutionName(first, name, city or "") for name in (*written.values(), *aliases))


def _institution(row: Any) -> PartnerInstitution:
    return PartnerInstitution(
        code=row.code,
        name=row.name,
        country=row.country,
        city=row.city,
        erasmus_code=row.erasmus_code,
        website=row.website,
        is_name_only=row.is_name_only,
        provenance=provenance_of(row),
    )


def _agreement(row: Any) -> Agreement:
    return Agreement(
        code=row.code,
        partner=_institution(row.partner),
        kind=row.kind.value,
        is_of_group=row.scope.value == "group",
        text=row.text,
        first_year=row.first_year,
        last_year=row.last_year,
        in_effect=row.in_effect,
        provenance=provenance_of(row),
    )
