"""Prints tables."""

from typing import Any, Sequence


def print_table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under a header: the first column to the left, the others, numbers, to the right."""
    width = max(len(str(row[0])) for row in [header, *rows])
    for name, *cells in [header, *rows]:
        aligned = (str(cell).rjust(len(title)) for cell, title in zip(cells, header[1:], strict=True))
        print(str(name).ljust(width), *aligned, sep="  ")
