"""An HTTP server on loopback that takes what a vendor sends a browser to us with."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tasks.landed import POLICY

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Reply:
    """What a browser gets: a page, or where to go instead."""

    status: int
    body: str = ""
    location: str | None = None


Answer = Callable[[str], AbstractContextManager[Reply]]
"""What to reply to a path with its query; the block ends when the browser has it."""


@contextmanager
def door(port: int, answer: Answer, *, together: bool = False) -> Iterator[int]:
    """Answer browsers at a port, 0 being any, in threads; gives the port.

    Raises:
        OSError: the port is taken.
    """
    server = _Door(port, answer, together)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()


class _Door(ThreadingHTTPServer):
    def __init__(self, port: int, answer: Answer, together: bool) -> None:
        self.allow_reuse_port = together
        self.answer = answer
        super().__init__((HOST, port), _Handler)


class _Handler(BaseHTTPRequestHandler):
    server: _Door
    timeout = 10  # a browser opens connections that it does not use

    def do_GET(self) -> None:
        with self.server.answer(self.path) as reply:
            body = reply.body.encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("X-Content-Type-Options", "nosniff")
            if reply.location:
                self.send_header("Location", reply.location)
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The request line holds the code: it goes into no log."""
