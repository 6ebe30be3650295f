"""The pages' files, read once: compressed, and at an address that changes with what is in them.

Pages are written with addresses like /static/chat/main.js. They are served with /static/<version>/chat/main.js, which a
browser may keep for ever: scripts import each other by relative addresses, so all parts of a page are of one version.
"""

import gzip
import hashlib
import html
import mimetypes
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional

from aiohttp import web

FOLDER = Path(__file__).resolve().parent / "static"
PREFIX = "/static/"
FOR_EVER = "public, max-age=31536000, immutable"
ASK_EACH_TIME = "no-cache"
_COMPRESSED = (".css", ".html", ".js", ".json", ".svg")
_TYPES = {".js": "text/javascript", ".css": "text/css", ".html": "text/html", ".svg": "image/svg+xml"}


@dataclass(frozen=True)
class Asset:
    """One file as it goes over the line."""

    content_type: str
    body: bytes
    compressed: Optional[bytes]
    """In gzip, where that is shorter."""
    etag: str

    @property
    def size(self) -> int:
        """Bytes on the line for a browser that takes gzip."""
        return len(self.compressed or self.body)

    def respond(self, request: web.Request, cache: str, headers: Optional[Dict[str, str]] = None) -> web.Response:
        """Answer with the file, or with 304 where the browser holds it already."""
        kept = {"Cache-Control": cache, "ETag": f'"{self.etag}"', "Vary": "Accept-Encoding", **(headers or {})}
        if any(known.value == self.etag for known in request.if_none_match or ()):
            return web.Response(status=304, headers=kept)
        body = self.body
        if self.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
            kept["Content-Encoding"] = "gzip"
            body = self.compressed
        charset = "utf-8" if self.compressed else None
        return web.Response(body=body, content_type=self.content_type, charset=charset, headers=kept)


class Assets:
    """All files under static/, by their path there; `values` stand in the pages at {{ name }}."""

    def __init__(self, folder: Path = FOLDER, values: Optional[Dict[str, object]] = None) -> None:
        self._values = values or {}
        paths = sorted(path for path in folder.rglob("*") if path.is_file())
        contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
        digest = hashlib.sha256()
        for name, content in contents.items():
            digest.update(name.encode() + b"\0" + hashlib.sha256(content).digest())
        self.version = digest.hexdigest()[:12]
        self._assets = {name: self._prepare(name, content) for name, content in contents.items()}

    def __getitem__(self, name: str) -> Asset:
        """Return a file; raise KeyError."""
        return self._assets[name]

    def names(self, folder: str) -> list:
        """Return the names of the files in a folder of static/, and below it."""
        return [name for name in self._assets if name.startswith(folder)]

    def respond(self, request: web.Request, name: str, version: Optional[str]) -> web.Response:
        """Answer with the file `name`; of an older page's version with today's, which is then not kept."""
        if name not in self._assets:
            raise web.HTTPNotFound()
        return self._assets[name].respond(request, FOR_EVER if version == self.version else ASK_EACH_TIME)

    def _prepare(self, name: str, content: bytes) -> Asset:
        suffix = Path(name).suffix
        if suffix == ".html":
            content = content.replace(PREFIX.encode(), f"{PREFIX}{self.version}/".encode())
            for value_name, value in self._values.items():
                content = content.replace(f"{{{{ {value_name} }}}}".encode(), html.escape(str(value)).encode())
        compressed = gzip.compress(content, 9, mtime=0) if suffix in _COMPRESSED else None
        kind = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        return Asset(kind, content, compressed, hashlib.sha256(content).hexdigest()[:16])
