"""A mail server on loopback that keeps what it is given."""

import email
import socketserver
import threading
import time
from email.message import Message
from typing import Callable, Iterator, List

import pytest


class _Talk(socketserver.StreamRequestHandler):
    """One delivery, as much of SMTP as a client needs."""

    def handle(self) -> None:
        self.wfile.write(b"220 ready\r\n")
        while line := self.rfile.readline().decode().strip():
            command = line.upper()
            self.wfile.write({"DATA": b"354 go on\r\n", "QUIT": b"221 bye\r\n"}.get(command, b"250 ok\r\n"))
            if command == "DATA":
                lines = iter(self.rfile.readline, b".\r\n")
                self.server.mails.append(email.message_from_bytes(b"".join(lines)))
                self.wfile.write(b"250 kept\r\n")
            elif command == "QUIT":
                return


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on a free port."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.mails: List[Message] = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def wait_for(self, fits: Callable[[Message], bool], seconds: float = 20) -> Message:
        """Return the first mail that fits, when it has come."""
        end = time.monotonic() + seconds
        while True:
            for mail in list(self.mails):
                if fits(mail):
                    return mail
            assert time.monotonic() < end, f"no such mail among {[str(mail) for mail in self.mails]}"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def mail_server() -> Iterator[MailServer]:
    server = MailServer()
    yield server
    server.shutdown()
    server.server_close()
