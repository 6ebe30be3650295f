"""The European Commission's list of holders of the Erasmus charter (.xlsx): names and codes of all institutions."""

import datetime as dt
import re
from typing import Any, Dict, List, Mapping, Optional, Sequence

from bot.errors import DataFileError
from bot.mobility.imports.erasmus_codes import country_code, repaired
from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile
from bot.mobility.imports.workbooks import read_rows

_COLUMNS = ("Erasmus Code", "PIC", "OID", "Legal Name", "City", "Country Cd", "Website Url")
_DATES = ("Erasmus Eche Start", "Erasmus Eche End")
_HEADER_WITHIN = 10
_DATE_IN_NAME = re.compile(r"(?<!\d)(\d{2})(\d{2})(20\d{2})(?!\d)")


class EcheAdapter:
    """Reads the list as the Commission publishes it; it is always the whole list."""

    name = "eche"
    help = "the Commission's list of ECHE holders (.xlsx): names and codes of institutions"

    def read(self, files: Sequence[InputFile], feed: Feed, directory: Directory, options: Options) -> None:
        """Add one institution, known by name only, for each row."""
        feed.replaced.add("partner_institution")
        for file in files:
            header: Dict[str, int] = {}
            source = feed.source(self.name)
            as_of = _date_of(file.name)
            for number, cells in read_rows(file):
                if not header:
                    header = _header(cells)
                    if not header and number >= _HEADER_WITHIN:
                        break
                    continue
                self._read(feed, file.place(number), source, as_of, {
                    name: cells[position] if position < len(cells) else None for name, position in header.items()
                })  # fmt: skip
            if not header:
                raise DataFileError(f"{file.name}: no row names the columns {', '.join(_COLUMNS)}.")

    def _read(self, feed: Feed, place: str, source: str, as_of: Optional[str], row: Mapping[str, Any]) -> None:
        pic, name = _text(row["PIC"]), _text(row["Legal Name"])
        if not re.fullmatch("[0-9]{9}", pic) or not name:
            feed.error(place, f"has the PIC {pic!r} and the name {name!r}: a PIC of nine digits and a name are needed")
            return
        country = country_code(_text(row["Country Cd"]))
        given = str(row["Erasmus Code"] or "")
        erasmus = repaired(given, country)
        if erasmus is None:
            feed.warn(place, f"{name}: {given!r} is no Erasmus code; the institution is taken over without one")
        elif erasmus.was_repaired:
            feed.warn(place, f"{name}: the Erasmus code {given!r} is repaired to {erasmus.code!r}")
        elif not erasmus.is_usual:
            feed.warn(place, f"{name}: the Erasmus code {given!r} has an unusual form; it is kept")
        feed.add(
            "partner_institution",
            place,
            source,
            code=f"pic-{pic}",
            pic=pic,
            erasmus_code=erasmus.code if erasmus else None,
            oid=_text(row["OID"]) or None,
            name={"und": name},
            country=country or None,
            city=_text(row["City"]) or None,
            website=_website(_text(row["Website Url"])),
            is_name_only=True,
            as_of=as_of,
            valid_from=_day(row.get(_DATES[0])),
            valid_until=_day(row.get(_DATES[1])),
        )


def _header(cells: Sequence[Any]) -> Dict[str, int]:
    """Return the position of each column, or nothing where the row is no header."""
    found = {_text(cell): position for position, cell in enumerate(cells)}
    return {name: found[name] for name in (*_COLUMNS, *_DATES) if name in found} if set(_COLUMNS) <= set(found) else {}


def _text(cell: Any) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""


def _website(text: str) -> Optional[str]:
    """Return an address that a browser opens: most in the list lack the scheme."""
    address = text.replace(" ", "")
    if not address:
        return None
    return address if re.match(r"https?://", address, re.IGNORECASE) else f"http://{address}"


def _day(cell: Any) -> Optional[dt.date]:
    return cell.date() if isinstance(cell, dt.datetime) else None


def _date_of(name: str) -> Optional[str]:
    """Return the date in the file's name, as the Commission writes it there (08042026)."""
    dates: List[str] = []
    for day, month, year in _DATE_IN_NAME.findall(name):
        try:
            dates.append(dt.date(int(year), int(month), int(day)).isoformat())
        except ValueError:
            continue
    return dates[-1] if dates else None
