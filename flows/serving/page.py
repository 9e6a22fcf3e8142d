"""The page of the home: written after every scheduled report, shown to who knows the password."""

from __future__ import annotations

import hmac
from base64 import b64encode
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from blocks.files import exclusive, write_whole
from flows.serving.server_settings import password

PATH = "/report"
FILE = "report.html"
# The page itself allows its own style and script only, by their hashes; both policies hold.
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'"
)


def file_of(home: Path) -> Path:
    """Where the page of a home lies."""
    return home / FILE


def keep(home: Path, text: str) -> Path:
    """Put the page into its place, whole, for our eyes only."""
    home.mkdir(parents=True, exist_ok=True)
    with exclusive(home / "report.lock"):
        write_whole(file_of(home), text)
    return file_of(home)


def route(folder: Path) -> Route:
    """Where the server in `folder` (`<home>/prefect`) shows the page.

    A browser asks a person for the user and password of the Prefect UI, as links carry none.
    """

    async def show(request: Request) -> Response:
        expected = "Basic " + b64encode(password(folder).encode()).decode()
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), expected.encode()):
            return PlainTextResponse(
                "Log in as to the Prefect UI.",
                401,
                {"WWW-Authenticate": 'Basic realm="Casbah", charset="UTF-8"'},
            )
        file = file_of(folder.parent)
        if not file.exists():
            return PlainTextResponse("There is no page yet: the report flow writes it.", 404)
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        return FileResponse(file, media_type="text/html; charset=utf-8", headers=headers)

    return Route(PATH, show)
