"""EWP Institutions 2: who an institution is."""

import re
from typing import Any, List, Sequence

from bot.mobility.imports.erasmus_codes import country_code, repaired
from bot.mobility.imports.feed import Directory, Feed, Options, spoken
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.xml_files import all_of, best_url, place_of, read_records, text_of, texts_of


class InstitutionsAdapter:
    """Reads `institutions-response`."""

    name = "ewp-institutions"
    help = "EWP Institutions 2 (XML): names, codes, town, website"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one institution for each `hei`."""
        for file in files:
            for hei in read_records(file, self.name, feed):
                self._read(file, hei, feed, directory)

    def _read(self, file: InputFile, hei: Any, feed: Feed, directory: Directory) -> None:
        place, hei_id = place_of(file, hei), text_of(hei, "hei-id") or ""
        country = text_of(hei, "street-address/country") or text_of(hei, "mailing-address/country")
        given = self._identifiers(hei, "erasmus")
        erasmus = repaired(given[0], country) if given else None
        if erasmus is None and given:
            feed.warn(place, f"{hei_id}: {given[0]!r} is no Erasmus code; it is left out")
        elif erasmus is not None and erasmus.was_repaired:
            feed.warn(place, f"{hei_id}: the Erasmus code {given[0]!r} is read as {erasmus.code!r}")
        pics = [pic for pic in self._identifiers(hei, "pic") if re.fullmatch("[0-9]{9}", pic)]
        pic, code = next(iter(pics), None), erasmus.code if erasmus else None
        names, further = texts_of(all_of(hei, "name"))
        abbreviation = text_of(hei, "abbreviation")
        names = names or {"und": hei_id}
        feed.add(
            "partner_institution",
            place,
            feed.source(self.name, hei_id, spoken(names)),
            code=directory.code_of(hei_id, pic=pic, erasmus_code=code) or hei_id,
            hei_id=hei_id,
            erasmus_code=code,
            pic=pic,
            name=names,
            aliases=[*further, abbreviation] if abbreviation else further or None,
            country=country and country_code(country),
            city=text_of(hei, "street-address/locality") or text_of(hei, "mailing-address/locality"),
            website=best_url(all_of(hei, "website-url")),
        )

    def _identifiers(self, hei: Any, kind: str) -> List[str]:
        return [(node.text or "").strip() for node in all_of(hei, "other-id") if node.get("type") == kind]
