"""EWP Organizational Units 2: the faculties and offices of one institution."""

from typing import Sequence

from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.owners import owner_of
from bot.mobility.imports.xml_files import all_of, best_url, phone_of, place_of, read_records, text_of, texts_of


class OunitsAdapter:
    """Reads `ounits-response`, which does not say whose units it holds."""

    name = "ewp-ounits"
    help = "EWP Organizational Units 2 (XML): faculties and offices"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one unit for each `ounit`."""
        for file in files:
            records = list(read_records(file, self.name, feed))
            institution, source = owner_of(file, self.name, feed, directory, options)
            for unit in records:
                unit_id = text_of(unit, "ounit-id")
                names, _ = texts_of(all_of(unit, "name"))
                # Contacts that are persons are not taken over.
                desks = (node for node in all_of(unit, "contact") if not all_of(node, "person-family-name"))
                desk = next(desks, None)
                feed.add(
                    "institution_unit",
                    place_of(file, unit),
                    source,
                    code=f"{institution}/{unit_id}",
                    institution=institution,
                    ounit_id=unit_id,
                    ounit_code=text_of(unit, "ounit-code"),
                    parent_id=text_of(unit, "parent-ounit-id"),
                    name=names or {"und": unit_id},
                    abbreviation=text_of(unit, "abbreviation"),
                    website=best_url(all_of(unit, "website-url")),
                    email=None if desk is None else text_of(desk, "email"),
                    phone=None if desk is None else phone_of(desk),
                )
