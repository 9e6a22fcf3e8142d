"""The gate that every request passes: counts it, dates the answer, lets request faults strike.

Works on plain ASGI, where an answer can be cut short. `scope["state"]["cut"]` closes the
connection; the server's protocol puts it there.
"""

import asyncio
import re
import time
from collections import Counter
from collections.abc import Callable, Mapping
from email.utils import formatdate
from typing import Any

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.box import wire as box_wire
from sandbox.doors import app_of
from sandbox.dropbox import wire
from sandbox.faults import Faults, Visit

_VENDOR = ("/2/", "/2.0/", "/oauth2/token", "/oauth2/revoke")
_ID = re.compile(r"(?<=\w/)\d+(?=/|$)")  # in the paths of Box
_ERRORS = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}


class Gate:
    """ASGI middleware around the whole sandbox."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.requests: Counter[str] = Counter()
        self._app = app
        self._faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        self.requests[_ID.sub("{id}", scope["path"])] += 1
        if not scope["path"].startswith(_VENDOR):
            await self._app(scope, receive, _dated(send, 0))
            return
        body = await _read(receive)
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        asked = scope["query_string"] + headers.get("as-user", b"") + body
        visit = self._faults.visit(scope["path"], asked, _app(scope["path"], headers, body))
        scope["state"]["visit"] = visit
        try:
            await self._pass(scope, _Replay(body, receive), send, visit, body)
        finally:
            self._faults.leave(visit)

    async def _pass(
        self, scope: Scope, receive: Receive, send: Send, visit: Visit, body: bytes
    ) -> None:
        skew = visit.struck("clock_skew")
        scope["state"]["skew"] = skew["seconds"] if skew else 0
        send = _dated(send, scope["state"]["skew"])
        if slow := visit.struck("slow"):
            await asyncio.sleep(slow["ms"] / 1000)
        # A lost answer to a code loses the code, and one to a refresh at Box the refresh token: no
        # client survives that by itself.
        if b"grant_type=authorization_code" in body:
            await self._app(scope, receive, send)
            return
        kept = visit.app == "box" and b"grant_type=refresh_token" in body
        if throttle := visit.struck("throttle"):
            await _too_many(throttle, visit)(scope, receive, send)
        elif error := visit.struck("server_error"):
            await _broken(error, visit)(scope, receive, send)
        elif drop := visit.struck("drop"):
            when = "before" if kept else drop["when"]
            await self._drop(scope, receive, send, when, visit)
        elif not kept and (truncate := visit.struck("truncate")):
            await self._truncate(scope, receive, send, truncate, visit)
        else:
            await self._app(scope, receive, send)

    async def _drop(
        self, scope: Scope, receive: Receive, send: Send, when: str, visit: Visit
    ) -> None:
        if _pick(visit, "drop", when, ("before", "after")) == "after":
            start, _ = await _answer(self._app, scope, receive)
            await send(start)
        await _cut(scope, receive)

    async def _truncate(
        self, scope: Scope, receive: Receive, send: Send, how: Mapping[str, Any], visit: Visit
    ) -> None:
        start, body = await _answer(self._app, scope, receive)
        half = body[: len(body) // 2]
        if _pick(visit, "truncate", how["form"], ("short", "json")) == "json":
            await Response(half, start["status"], media_type=wire.JSON)(scope, receive, send)
            return
        await send(start)
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await _cut(scope, receive)


class _Replay:
    """A request body that was read at the gate, to be read once more behind it."""

    def __init__(self, body: bytes, receive: Receive) -> None:
        self._body: bytes | None = body
        self._receive = receive

    async def __call__(self) -> Message:
        if self._body is None:
            return await self._receive()
        body, self._body = self._body, None
        return {"type": "http.request", "body": body, "more_body": False}


def _app(path: str, headers: Mapping[str, bytes], body: bytes) -> str:
    """The app that a request is for."""
    if path == "/oauth2/token":
        return app_of(body, headers.get("authorization", b"").decode("latin-1"))
    return "dropbox" if path.startswith("/2/") else "box"


async def _read(receive: Receive) -> bytes:
    parts, more = [], True
    while more:
        message = await receive()
        parts.append(message.get("body", b""))
        more = message.get("more_body", False)
    return b"".join(parts)


async def _answer(app: ASGIApp, scope: Scope, receive: Receive) -> tuple[Message, bytes]:
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await app(scope, receive, keep)
    return messages[0], b"".join(message.get("body", b"") for message in messages[1:])


async def _cut(scope: Scope, receive: Receive) -> None:
    cut: Callable[[], None] = scope["state"]["cut"]
    cut()
    while (await receive())["type"] != "http.disconnect":
        pass


def _dated(send: Send, skew_seconds: float) -> Send:
    async def dated(message: Message) -> None:
        if message["type"] == "http.response.start":
            date = formatdate(time.time() + skew_seconds, usegmt=True).encode()
            message["headers"] = [*message.get("headers", []), (b"date", date)]
        await send(message)

    return dated


def _too_many(fault: Mapping[str, Any], visit: Visit) -> Response:
    wait = {"retry-after": str(fault["retry_after"])}
    if visit.app == "box":
        busy = box_wire.throttled(fault["retry_after"])
        return Response(busy.body, busy.status, busy.headers)
    if _pick(visit, "throttle", fault["form"], ("json", "text")) == "text":
        words = "Your app is making too many requests. Please try again later."
        return Response(words, 429, wait, "text/plain")
    error = wire.throttled(fault["retry_after"])
    return Response(error.body, 429, wait, error.kind)


def _broken(fault: Mapping[str, Any], visit: Visit) -> Response:
    status = fault["status"] or visit.chance("server_error status").choice(sorted(_ERRORS))
    words = f"{status} {_ERRORS.get(status, 'Error')}"
    page = f"<html><head><title>{words}</title></head><body><h1>{words}</h1></body></html>"
    return Response(page, status, media_type="text/html")


def _pick(visit: Visit, name: str, wanted: str, forms: tuple[str, str]) -> str:
    return visit.chance(f"{name} form").choice(forms) if wanted == "both" else wanted
