"""Whose data a file holds that does not name its institution."""

from typing import Tuple

from bot.errors import DataFileError
from bot.mobility.imports.feed import Directory, Feed, Options
from bot.mobility.imports.files import InputFile


def owner_of(
    file: InputFile, origin: str, feed: Feed, directory: Directory, options: Options, hei_id: str = ""
) -> Tuple[str, str]:
    """Return the institution's code and the source's: the one named, else the one of the options, else the school."""
    hei_id = hei_id or options.institution or directory.home or ""
    if not hei_id:
        raise DataFileError(f"{file.name}: does not say whose data it holds; give --institution, such as uio.no.")
    code, name = directory.name(feed, hei_id, file.place(1))
    feed.institutions.add(code)
    return code, feed.source(origin, code, name)
