"""One HTTP client for every app: time-outs, a rate budget, Retry-After, errors that say who acts.

Seconds of trouble are waited out here. What lasts longer becomes `TryLater`, which the flows wait
out in minutes.
"""

from __future__ import annotations

import ssl
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import CancelledError
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache, partial
from typing import TypeVar, cast

import httpx
import tenacity
from tenacity.wait import wait_base

from connectors.errors import TryLater

T = TypeVar("T")

TIMEOUT = httpx.Timeout(90.0, connect=10.0)
ATTEMPTS = 14
ATTEMPTS_TO_CONNECT = 4
LONGEST_WAIT = 60.0
BACK_OFF = tenacity.wait_exponential_jitter(multiplier=0.2, max=20.0, jitter=0.2)


class Transient(Exception):  # noqa: N818 - a signal from one attempt to the next, not an error
    """This attempt failed; another may pass, after `wait` seconds where the vendor says so.

    `throttled` when it failed because we ask too often.
    """

    def __init__(self, problem: str, wait: float | None = None, *, throttled: bool = False) -> None:
        super().__init__(problem)
        self.wait = wait
        self.throttled = throttled


@dataclass
class Budget:
    """How fast one connection may ask, shared by its threads.

    `per_second` spaces the calls evenly; `pause` holds all of them back, as Retry-After demands;
    `halt` wakes and ends whoever waits; `told` hands over what was spent.
    """

    per_second: float
    halted: threading.Event = field(default_factory=threading.Event)
    _next: float = 0.0
    _held: datetime | None = None
    _calls: Counter[datetime] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def spend(self) -> None:
        """Take one call's turn, waiting for it.

        Raises:
            CancelledError: somebody called `halt`.
            Transient: the turn comes later than we wait here.
        """
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next)
            if turn - now > LONGEST_WAIT:
                raise Transient("has asked us to slow down", turn - now, throttled=True)
            self._next = turn + 1 / self.per_second
            self._calls[datetime.now(UTC).replace(second=0, microsecond=0)] += 1
        if self.halted.wait(turn - now):
            raise CancelledError("stopped before the next call")

    def pause(self, seconds: float) -> None:
        """Let nobody call for this long."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)
            self._held = datetime.now(UTC) + timedelta(seconds=self._next - time.monotonic())

    def told(self) -> tuple[dict[datetime, int], datetime | None]:
        """The calls of each UTC minute since `told` was last asked, and until when all are held."""
        with self._lock:
            calls, self._calls = self._calls, Counter()
            return calls, self._held

    def halt(self) -> None:
        """End every wait and every further call of this connection."""
        self.halted.set()


@cache
def _certificates() -> ssl.SSLContext:
    """Whom httpx trusts by itself. Reading them takes 20 ms, so it is done once."""
    return httpx.create_ssl_context()


class Http:
    """An `httpx.Client` that tries again where trying again may help.

    `back_off` is the wait between attempts where the vendor names none; `transport` replaces the
    wire in tests.
    """

    def __init__(
        self,
        app: str,
        budget: Budget,
        *,
        auth: httpx.Auth | None = None,
        back_off: wait_base = BACK_OFF,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._app = app
        self._budget = budget
        # The vendor's redirects are not followed: they would carry the bearer token elsewhere.
        self._client = httpx.Client(
            auth=auth, timeout=TIMEOUT, transport=transport, verify=_certificates()
        )
        self._attempts = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type((Transient, httpx.TransportError)),
            stop=_enough,
            wait=partial(_pause, back_off),
            sleep=tenacity.sleep_using_event(budget.halted),
            reraise=True,
        )

    def send(self, request: httpx.Request, read: Callable[[httpx.Response], T]) -> T:
        """Send until `read` makes something of the answer.

        `read` raises `Transient` for an answer that another attempt may better, and the final
        error otherwise.

        Raises:
            TryLater: the app stayed away or busy for longer than we wait here.
        """
        try:
            return cast("T", self._attempts.copy()(self._attempt, request, read))
        except Transient as problem:
            raise TryLater(
                f"{self._app} {problem}.", problem.wait or 60, throttled=problem.throttled
            ) from None
        except httpx.TransportError as problem:
            where = f"{request.url.scheme}://{request.url.netloc.decode()}"
            raise TryLater(
                f"{self._app} cannot be reached at {where} ({type(problem).__name__}): check the"
                " address and that this machine may connect to it.",
                60,
            ) from None

    def _attempt(self, request: httpx.Request, read: Callable[[httpx.Response], T]) -> T:
        self._budget.spend()
        response = self._client.send(request)
        if response.status_code == 429 or _asks_to_wait(response):
            wait = retry_after(response)
            self._budget.pause(wait)
            raise Transient("asks us to slow down", wait, throttled=True)
        if response.status_code >= 500:
            raise Transient(f"answered {response.status_code}")
        return read(response)

    def request(self, method: str, url: str, **parts: object) -> httpx.Request:
        """A request, unsent; `parts` are those of `httpx.Client.build_request`."""
        # one type for all parts is none that httpx has for each
        return self._client.build_request(method, url, **parts)  # type: ignore[arg-type]


def clock_skew(response: httpx.Response) -> timedelta | None:
    """How far this machine's clock is ahead of the app's, whose `Date` has whole seconds."""
    try:
        theirs = parsedate_to_datetime(response.headers["Date"])
    except (KeyError, ValueError):
        return None
    return datetime.now(UTC) - theirs.astimezone(UTC)


def _asks_to_wait(response: httpx.Response) -> bool:
    """Box answers 202 while it makes ready what was asked for, and 503 when it is too busy."""
    return response.status_code in {202, 503} and "Retry-After" in response.headers


def retry_after(response: httpx.Response) -> float:
    """The seconds that an answer asks us to wait: its header, else Dropbox's JSON, else five.

    A date is allowed by RFC 9110 §10.2.3. Five seconds is what Dropbox's own SDK waits.
    """
    header = response.headers.get("Retry-After", "")
    if header.isdecimal():
        return float(header)
    if header:
        try:
            moment = parsedate_to_datetime(header)
        except ValueError:
            return 5.0
        return max(0.0, (moment.astimezone(UTC) - datetime.now(UTC)).total_seconds())
    try:
        return float(response.json()["error"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 5.0


def _enough(state: tenacity.RetryCallState) -> bool:
    """Whether to give up: soon when nobody listens there, at once when the wait is long."""
    problem = state.outcome.exception() if state.outcome else None
    if isinstance(problem, httpx.ConnectError | httpx.ConnectTimeout):
        return state.attempt_number >= ATTEMPTS_TO_CONNECT
    if isinstance(problem, Transient) and (problem.wait or 0) > LONGEST_WAIT:
        return True
    return state.attempt_number >= ATTEMPTS


def _pause(back_off: wait_base, state: tenacity.RetryCallState) -> float:
    """What the vendor asked for (the budget holds it already), else our own."""
    problem = state.outcome.exception() if state.outcome else None
    if isinstance(problem, Transient) and problem.wait is not None:
        return 0.0
    return back_off(state)
