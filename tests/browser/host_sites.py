"""Other people's websites: one server that answers under several names, as the browser is told to resolve them."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Dict, Tuple

SCHOOL = "http://school.example"
"""A site that is allowed to show the widget."""
STRANGER = "http://stranger.example"
"""One that is not."""
PAGE = """<!doctype html><html lang="{language}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>A page of the school</title>{head}</head>
<body><main><h1>A page of the school</h1><p>Words. <a href="/second">On</a></p>{body}</main></body></html>"""


def embed(assistant_url: str, **data: str) -> str:
    """Return the line by which a page embeds the widget."""
    attributes = "".join(f' data-{name}="{value}"' for name, value in data.items())
    return f'<script src="{assistant_url}/widget/loader.js"{attributes} async></script>'


class HostSites:
    """Pages by path; the same for every name."""

    def __init__(self) -> None:
        self.pages: Dict[str, Tuple[str, Dict[str, str]]] = {}
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def publish(self, path: str, *, head: str = "", body: str = "", language: str = "en", **headers: str) -> str:
        """Put up a page, return its path."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (PAGE.format(language=language, head=head, body=body), named)
        return path

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type:
        pages = self.pages

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                text, headers = pages.get(self.path, ("", {}))
                body = text.encode()
                self.send_response(200 if text else 404)
                for name, value in {"Content-Type": "text/html; charset=utf-8", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler
