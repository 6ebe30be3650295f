"""Opens the files that somebody hands over for an import, with a limit on their size."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

from bot.errors import DataFileError

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes: ten times the largest real file that was seen; a larger one is no feed but a mistake or an attack."""


@dataclass(frozen=True)
class InputFile:
    """One file, read."""

    name: str
    """Without its folder, as messages give it."""
    content: bytes

    def place(self, line: object) -> str:
        """Return the place of a line as messages give it."""
        return f"{self.name}:{line}"


def read_files(paths: Sequence[Path]) -> Sequence[InputFile]:
    """Read the files; raise DataFileError for one that is missing, empty or too large."""
    return tuple(_read(path) for path in paths)


def digest_of(files: Sequence[InputFile]) -> str:
    """Return a digest of the contents."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(f"{len(file.content)}\n".encode())
        digest.update(file.content)
    return digest.hexdigest()


def _read(path: Path) -> InputFile:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DataFileError(
                f"{path.name}: has {size // 2**20} MB, {LARGEST_FILE // 2**20} MB are allowed; split the file."
            )
        content = path.read_bytes()
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}).") from error
    if not content.strip():
        raise DataFileError(f"{path.name}: is empty.")
    return InputFile(path.name, content)
