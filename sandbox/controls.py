"""What the sandbox tells about itself, and how it is told to misbehave. No vendor has these."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from sandbox.faults import FaultError
from sandbox.gate import Gate
from sandbox.orders import OrderError
from sandbox.tenant import Tenant

_LINES_AT_ONCE = 500


class Controls:
    """`/sandbox`, `/faults`, `/clock`, `/requests` and `/truth` of one sandbox."""

    def __init__(self, tenant: Tenant, gate: Gate) -> None:
        self._tenant = tenant
        self._gate = gate

    def routes(self) -> list[Route]:
        """The routes; none of them ever meets a fault."""
        return [
            Route("/sandbox", self.about),
            Route("/faults", self.faults, methods=["GET", "POST", "DELETE"]),
            Route("/happen", self.happen, methods=["POST"]),
            Route("/clock", self.clock, methods=["GET", "POST"]),
            Route("/requests", self.requests, methods=["GET", "DELETE"]),
            Route("/truth/events", self.truth_events),
            Route("/truth/summary", self.truth_summary),
            Route("/truth/people", self.truth_people),
            Route("/truth/items", self.truth_items),
        ]

    async def about(self, request: Request) -> Response:
        """Where is what, and with which keys; Dropbox's part also stands at the top."""
        tenant = self._tenant
        base = str(request.base_url).rstrip("/")
        return JSONResponse(
            {
                "base_url": base,
                **tenant.dropbox.about(base),
                "sides": [side.about(base) for side in tenant.sides.values()],
                "size": asdict(tenant.size),
                "born": tenant.memory.state.born,
                "oldest": tenant.dropbox.oldest.isoformat(),
                "now": tenant.memory.now().isoformat(),
                "controls": [route.path for route in self.routes()] + ["/grant"],
            }
        )

    async def faults(self, request: Request) -> Response:
        """GET what is on and how often it struck, POST what is to be on, DELETE all."""
        if request.method == "DELETE":
            await run_in_threadpool(self._tenant.calm)
        if request.method == "POST":
            try:
                await run_in_threadpool(self._tenant.switch, await _object(request))
            except FaultError as wrong:
                return JSONResponse({"error": str(wrong)}, 400)
        return JSONResponse(self._tenant.faults_on())

    async def happen(self, request: Request) -> Response:
        """POST `{"app"?, "verb", "item_id", "delay"?: seconds}`: one ordinary change, now."""
        wanted = await _object(request)
        side = self._tenant.sides.get(wanted.get("app", "dropbox"))
        if side is None:
            return JSONResponse({"error": f"There are {', '.join(self._tenant.sides)}."}, 400)
        try:
            order = wanted.get("verb", ""), wanted.get("item_id", ""), wanted.get("delay")
            return JSONResponse(await run_in_threadpool(side.happen, *order))
        except OrderError as wrong:
            return JSONResponse({"error": str(wrong)}, 400)

    async def clock(self, request: Request) -> Response:
        """POST `{"now"?, "pause"?, "quiet"?: bool, "advance_seconds"?: n}`; time never goes back.

        While it is quiet nothing happens in either app, though time goes on.
        """
        clock = self._tenant.memory.state.clock
        if request.method == "POST":
            wanted = await _object(request)

            def turn(_: object) -> None:
                if "now" in wanted:
                    clock.set(max(clock.now(), datetime.fromisoformat(wanted["now"])))
                if "pause" in wanted:
                    clock.pause(stop=wanted["pause"])
                clock.advance(max(0.0, wanted.get("advance_seconds", 0)))

            if "quiet" in wanted:
                await run_in_threadpool(partial(self._tenant.hush, on=wanted["quiet"]))
            await run_in_threadpool(self._tenant.memory.change, turn)
        return JSONResponse(
            {
                "now": clock.now().isoformat(),
                "paused": clock.stopped_at is not None,
                "quiet": self._tenant.dropbox.is_quiet,
            }
        )

    async def requests(self, request: Request) -> Response:
        """How many requests each path has had, ids in it left out; DELETE begins anew."""
        if request.method == "DELETE":
            self._gate.requests.clear()
        counts = self._gate.requests
        return JSONResponse({"total": counts.total(), "routes": dict(sorted(counts.items()))})

    async def truth_events(self, request: Request) -> Response:
        """Every visible event, one JSON object a line; `?app=dropbox` or `box`."""
        rows = self._truth(request)
        return StreamingResponse(_lines(rows), media_type="application/x-ndjson")

    async def truth_summary(self, request: Request) -> Response:
        """How many events there are: in all, without signing in, by day, category and type."""
        return JSONResponse(await run_in_threadpool(_summary, self._truth(request)))

    async def truth_people(self, request: Request) -> Response:
        """Every member, and every outsider who was given something; `?app=dropbox`."""
        rows = await run_in_threadpool(self._inventory, request, "people")
        return StreamingResponse(_lines(iter(rows)), media_type="application/x-ndjson")

    async def truth_items(self, request: Request) -> Response:
        """Every item and who can reach it now; `?app=dropbox`."""
        rows = await run_in_threadpool(self._inventory, request, "items")
        return StreamingResponse(_lines(iter(rows)), media_type="application/x-ndjson")

    def _inventory(self, request: Request, what: str) -> list[dict[str, Any]]:
        side = self._tenant.sides.get(request.query_params.get("app", "dropbox"))
        if side is None:
            return []
        with side.still():
            return list(getattr(side.inventory, what)(self._tenant.memory.now()))

    def _truth(self, request: Request) -> Iterator[dict[str, Any]]:
        side = self._tenant.sides.get(request.query_params.get("app", "dropbox"))
        return side.log.truth(self._tenant.memory.now()) if side is not None else iter(())


def _lines(rows: Iterator[dict[str, Any]]) -> Iterator[bytes]:
    while some := list(islice(rows, _LINES_AT_ONCE)):
        yield b"".join(json.dumps(row).encode() + b"\n" for row in some)


def _summary(rows: Iterator[dict[str, Any]]) -> dict[str, Any]:
    count, unauthenticated = 0, 0
    by: dict[str, Counter[str]] = {"day": Counter(), "category": Counter(), "type": Counter()}
    for row in rows:
        count += 1
        unauthenticated += row["authenticated"] is False
        by["day"][row["event_time"][:10]] += 1
        by["category"][row["category"]] += 1
        by["type"][row["native_type"]] += 1
    counts = {f"by_{name}": dict(sorted(counter.items())) for name, counter in by.items()}
    return {"count": count, "unauthenticated": unauthenticated, **counts}


async def _object(request: Request) -> dict[str, Any]:
    try:
        value = await request.json()
    except ValueError as wrong:
        raise FaultError("The body is not JSON.") from wrong
    if not isinstance(value, dict):
        raise FaultError("The body is not a JSON object.")
    return value
