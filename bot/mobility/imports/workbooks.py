"""Reads and writes .xlsx files: the rows of the first sheet, as values, with their numbers."""

import io
import warnings
import zipfile
from typing import Any, Iterator, List, Sequence, Tuple

from bot.errors import DataFileError
from bot.mobility.imports.files import InputFile

ZIP_MAGIC = b"PK\x03\x04"
_LARGEST_UNPACKED = 256 * 1024 * 1024


def read_rows(file: InputFile) -> Iterator[Tuple[int, Sequence[Any]]]:
    """Yield number and cells of each row that is not blank; raise DataFileError for what is no workbook."""
    import openpyxl

    _refuse_bombs(file)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decoration that nobody reads here
            sheet = openpyxl.load_workbook(io.BytesIO(file.content), read_only=True, data_only=True).worksheets[0]
            rows: List[Tuple[int, Sequence[Any]]] = list(enumerate(sheet.iter_rows(values_only=True), start=1))
    except Exception as error:
        raise DataFileError(f"{file.name}: is no Excel workbook (.xlsx) that can be read ({error}).") from error
    yield from ((number, cells) for number, cells in rows if any(cell not in (None, "") for cell in cells))


def workbook(sheets: Sequence[Tuple[str, Sequence[Sequence[Any]]]]) -> bytes:
    """Return an .xlsx file with sheets of these names and rows."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        sheet.freeze_panes = "A2"
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _refuse_bombs(file: InputFile) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            size = sum(item.file_size for item in archive.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise DataFileError(f"{file.name}: is no Excel workbook (.xlsx); save it in that format.") from error
    if size > _LARGEST_UNPACKED:
        raise DataFileError(f"{file.name}: unpacks to {size // 2**20} MB, which no workbook of facts does.")
