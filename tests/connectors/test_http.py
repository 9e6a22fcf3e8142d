"""Trouble on the wire: what is waited out, and what is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import CancelledError, ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from tenacity import wait_none

from connectors.contract import Credentials
from connectors.dropbox import Dropbox
from connectors.errors import ShapeChanged, TryLater
from connectors.http import Budget, Http, Transient, retry_after
from connectors.oauth import TokenStore

URL = "https://vendor.example:8443/2/call?secret=1"
Answer = httpx.Response | Exception


class Script:
    """A wire that gives these answers in order, the last one for ever; `times` counts them."""

    def __init__(self, *answers: Answer) -> None:
        self._answers = list(answers)
        self.times: list[float] = []

    def __call__(self, _: httpx.Request) -> httpx.Response:
        self.times.append(time.monotonic())
        answer = self._answers[min(len(self.times), len(self._answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)


def http(script: Callable[[httpx.Request], httpx.Response], budget: Budget | None = None) -> Http:
    wire = httpx.MockTransport(script)
    return Http("Vendor", budget or Budget(10_000), back_off=wait_none(), transport=wire)


def text(response: httpx.Response) -> str:
    if response.text == "cut":
        raise Transient("sent an answer that breaks off")
    return response.text


def send(client: Http) -> str:
    return client.send(client.request("POST", URL), text)


def busy(wait: float | str, **body: object) -> httpx.Response:
    return httpx.Response(429, headers={"Retry-After": str(wait)}, json=body)


GOOD = httpx.Response(200, text="good")


@pytest.mark.parametrize(
    ("headers", "body", "seconds"),
    [
        ({"Retry-After": "7"}, b"{}", 7),
        ({"retry-after": "0"}, b'{"error":{"retry_after":9}}', 0),
        ({"Retry-After": "soon"}, b"", 5),
        ({"Retry-After": "\xb2"}, b"", 5),
        ({"Retry-After": "Sun, 01 Nov 2020 10:00:00 GMT"}, b"", 0),
        ({}, b'{"error":{"reason":{".tag":"too_many_requests"},"retry_after":15}}', 15),
        ({}, b'{"error":{"retry_after":0.5}}', 0.5),
        ({}, b'{"error":{"retry_after":null}}', 5),
        ({}, b'{"error":"slow down"}', 5),
        ({}, b"[]", 5),
        ({}, b"Too many requests", 5),
        ({}, b"\xff", 5),
    ],
)
def test_the_wait_is_read_from_header_or_body(
    headers: dict[str, str], body: bytes, seconds: float
) -> None:
    """The header counts first, then Dropbox's JSON; without either it is five seconds."""
    coded = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    assert retry_after(httpx.Response(429, headers=coded, content=body)) == seconds


def test_the_wait_may_be_a_date() -> None:
    """A Retry-After that is a date is the time until then."""
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    wait = retry_after(httpx.Response(429, headers={"Retry-After": moment}))
    assert 35 < wait <= 40


@pytest.mark.parametrize(
    "trouble",
    [
        busy(0),
        httpx.Response(429, json={"error": {"retry_after": 0}}),
        httpx.Response(500, text="<html>"),
        httpx.Response(503),
        httpx.Response(200, text="cut"),
        httpx.RemoteProtocolError("peer closed connection"),
        httpx.ReadError("reset"),
        httpx.ReadTimeout("slow"),
        httpx.ConnectError("refused"),
    ],
)
def test_passing_trouble_is_waited_out(trouble: Answer) -> None:
    """Busy, broken, cut and dropped answers are asked for again until one is good."""
    script = Script(trouble, trouble, GOOD)
    assert send(http(script)) == "good"
    assert len(script.times) == 3


def test_a_pause_holds_every_caller_back() -> None:
    """While the connection has been told to wait, none of its threads sends anything."""
    budget, script, begin = Budget(10_000), Script(GOOD), time.monotonic()
    budget.pause(0.05)
    with ThreadPoolExecutor(3) as threads:
        for _ in range(3):
            threads.submit(send, http(script, budget))
    assert len(script.times) == 3
    assert min(script.times) - begin >= 0.05


def test_a_budget_spaces_calls_evenly() -> None:
    """Five turns at a hundred a second take no less than four hundredths."""
    budget, begin = Budget(100), time.monotonic()
    for _ in range(5):
        budget.spend()
    assert time.monotonic() - begin >= 0.04


def test_a_long_wait_is_told_at_once() -> None:
    """More than a minute is TryLater with the vendor's number, for every call of the connection."""
    script = Script(busy(600))
    with pytest.raises(
        TryLater, match=r"Vendor asks us to slow down\. Try again in 600 s"
    ) as caught:
        send(http(script, budget := Budget(10_000)))
    assert caught.value.after == 600
    with pytest.raises(TryLater, match="Vendor has asked us to slow down") as caught:
        send(http(script, budget))
    assert 590 < caught.value.after <= 600
    assert len(script.times) == 1


@pytest.mark.parametrize("refusal", [httpx.ConnectError("refused"), httpx.ConnectTimeout("slow")])
def test_nobody_there_is_told_soon(refusal: Exception) -> None:
    """After four attempts to connect it is TryLater, which names the address but no query."""
    script = Script(refusal)
    with pytest.raises(TryLater) as caught:
        send(http(script))
    assert len(script.times) == 4
    assert "Vendor cannot be reached at https://vendor.example:8443 (Connect" in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("trouble", "words"),
    [
        (busy(0), "Vendor asks us to slow down"),
        (httpx.Response(502), "Vendor answered 502"),
        (httpx.Response(200, text="cut"), "Vendor sent an answer that breaks off"),
        (httpx.ReadError("reset"), "Vendor cannot be reached at https://vendor.example:8443"),
    ],
)
def test_lasting_trouble_is_told(trouble: Answer, words: str) -> None:
    """What fourteen attempts do not mend is TryLater."""
    script = Script(trouble)
    with pytest.raises(TryLater, match=words) as caught:
        send(http(script))
    assert len(script.times) == 14
    assert caught.value.after > 0
    assert str(caught.value).endswith("nothing that has landed is lost.")


def test_halt_ends_whoever_waits() -> None:
    """A call that waits for its turn ends with CancelledError, and so does every later one."""
    budget = Budget(10_000)
    script = Script(busy(50))
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(send, http(script, budget))
        while not script.times:
            waiting.done()
        budget.halt()
        with pytest.raises(CancelledError):
            waiting.result(timeout=5)
    with pytest.raises(CancelledError):
        send(http(script, budget))
    assert len(script.times) == 1


def test_halt_ends_a_back_off() -> None:
    """A call that waits before another attempt ends with CancelledError, too."""
    budget, asked = Budget(10_000), threading.Event()

    def broken(_: httpx.Request) -> httpx.Response:
        asked.set()
        return httpx.Response(500)

    client = Http("Vendor", budget, transport=httpx.MockTransport(broken))
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(send, client)
        asked.wait()
        budget.halt()
        with pytest.raises(CancelledError):
            waiting.result(timeout=5)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (200, b'{"team_id":7}', "unexpected shape"),
        (302, b"\x1b[2Jelsewhere", r"with 302: +\[2Jelsewhere"),
        (404, b"Unknown API function", "with 404: Unknown API function"),
        (400, b"Error in call to API function: bad\r\nfield", "does not accept our call"),
        (409, b'{"error":7}', "unexpected shape"),
    ],
)
def test_an_answer_of_another_shape_is_told(
    vault: Callable[..., TokenStore], status: int, body: bytes, words: str
) -> None:
    """What the specification does not promise is ShapeChanged, printable, and not tried again."""
    script = Script(httpx.Response(status, content=body))
    credentials = Credentials("dropbox", "acme", "key", "secret", "https://vendor.example")
    team = Dropbox(credentials, vault(), transport=httpx.MockTransport(script))
    with pytest.raises(ShapeChanged, match=words) as caught:
        team.account()
    assert str(caught.value).isprintable()
    assert len(script.times) == 1
