"""Where the administrator's browser lands after Allow or Deny: a page of ours on loopback.

RFC 8252 §7.3: an installed app receives the code on a loopback address of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, Queue

from connectors.errors import NeedsPerson

HOST = "127.0.0.1"
PORT = 8721  # the redirect URI must be registered with the vendor's app, so it has to be known
PATH = "/callback"
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Casbah</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<body style="font: 1.1rem/1.5 system-ui; max-width: 34rem; margin: 15vh auto; padding: 0 1rem">
<h1>{title}</h1><p>{text}</p></body></html>"""


class Desk:
    """Waits for the one answer to a consent link."""

    def __init__(self, redirect_uri: str, answers: Queue[str]) -> None:
        self.redirect_uri = redirect_uri
        self._answers = answers

    def wait(self, seconds: float) -> str:
        """The address that the browser was sent to, with the answer in its query.

        Raises:
            NeedsPerson: nobody answered in time.
        """
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            raise NeedsPerson(
                f"Nobody answered the consent link within {seconds / 60:.0f} minutes.",
                "Run connect again and open the link; with --paste if the browser is elsewhere.",
            ) from None


@contextmanager
def desk(port: int = PORT) -> Iterator[Desk]:
    """A desk at `http://127.0.0.1:<port>/callback`, for as long as the block lasts.

    Raises:
        NeedsPerson: something else has the port.
    """
    answers: Queue[str] = Queue()
    try:
        server = ThreadingHTTPServer((HOST, port), _handler(answers))
    except OSError as error:
        raise NeedsPerson(
            f"Port {port} on {HOST} is taken ({error.strerror}).",
            "End what uses it, or choose another with --redirect-port and register it in the app.",
        ) from None
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield Desk(f"http://{HOST}:{server.server_address[1]}{PATH}", answers)
    finally:
        server.shutdown()
        server.server_close()


def _handler(answers: Queue[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.partition("?")[0] != PATH:
                self._show(404, "Nothing here", "This address only serves the consent dance.")
                return
            answers.put(self.path)
            if "error=" in self.path:
                self._show(200, "Not connected", "You did not allow it. You can close this page.")
            else:
                text = "Casbah finishes where you started it. You can close this page."
                self._show(200, "Thank you", text)

        def _show(self, status: int, title: str, text: str) -> None:
            body = PAGE.format(title=title, text=text).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Referrer-Policy", "no-referrer")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """The request line holds the code: it goes into no log."""

    return Handler
