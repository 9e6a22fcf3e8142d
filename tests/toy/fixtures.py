"""The toy's far end, its block, and the lines that register it, as a plugin of pytest."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import HttpUrl

from blocks.account import ConnectedAccount
from blocks.logo import Logo
from blocks.registry import CONNECTIONS
from connectors import APPS, connect
from connectors.contract import Credentials
from connectors.oauth import TokenStore

ANN, BOB = ({"id": name, "email": f"{name}@toy.example"} for name in ("ann", "bob"))
FILES = [
    {
        "id": f"file{n}",
        "name": f"{n}.txt",
        "size": n,
        "owner": (ANN, BOB)[n % 2],
        "link": f"https://toy.example/{n}" if n % 5 == 0 else None,
    }
    for n in range(10)
]
EVENTS = [
    {
        "id": f"event{n}",
        "at": f"2026-11-02T09:00:{n:02}Z",
        "type": ("put", "see", "new")[n % 3],
        "who": (ANN, BOB)[n % 2],
        "file": FILES[n % 10]["id"],
    }
    for n in range(12)
]
LISTS: dict[str, list[Any]] = {"events": EVENTS, "files": FILES, "members": [ANN, BOB]}
AT_ONCE = 4


class ToyShop(ConnectedAccount):
    """A toy shop that Casbah reads.

    Example:
        Load a connected shop:
        ```python
        from toy.fixtures import ToyShop

        shop = ToyShop.load("BLOCK_NAME")
        ```
    """

    _block_type_name = "Toy shop"
    _block_type_slug = "toy-shop"
    _description = "A toy shop that Casbah reads."
    _documentation_url = HttpUrl("https://toy.example/docs")
    _logo_url = Logo("event-lake")  # an app of ours brings a picture of its own


APPS["toy"] = "toy:Toy"
CONNECTIONS["toy"] = ToyShop


class Shop(BaseHTTPRequestHandler):
    """The far end: lists in pages of `AT_ONCE`, files by id, and who it is."""

    def do_GET(self) -> None:
        """Answer with what lies at the path, or 404."""
        parts = urlsplit(self.path)
        asked = {key: values[0] for key, values in parse_qs(parts.query).items()}
        found = self.found(parts.path.strip("/"), asked)
        body = json.dumps(found).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def found(self, path: str, asked: dict[str, str]) -> Any:
        if path == "me":
            return {"id": "toys", "name": "Toys", "admin": "ann@toy.example"}
        if path in LISTS:
            after = int(asked.get("after", 0))
            rows = LISTS[path][after : after + AT_ONCE]
            reached = after + len(rows)
            return {"rows": rows, "next": str(reached), "more": reached < len(LISTS[path])}
        return next((file for file in FILES if path == f"files/{file['id']}"), None)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def toy_far_end(vault: Callable[[], TokenStore]) -> Iterator[SimpleNamespace]:
    """A toy shop on this machine."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        credentials = Credentials("toy", "acme", "key", base_url=url)
        yield SimpleNamespace(
            connect=lambda: connect(credentials, vault()),
            items=lambda: [file["id"] for file in FILES],
        )
        server.shutdown()
