"""Where the administrator's browser comes back to after Allow or Deny: an address on loopback.

RFC 8252 §7.3: an installed app receives the code on a loopback address of its own. That address is
registered with the vendor, so its port is fixed, and everybody who waits for an answer has it open:
SO_REUSEPORT, with which the kernel gives each browser to one of them and lets none but processes
of one user share (socket(7)). Who gets an answer of another's sends the browser on to the port that
the other has for itself.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from queue import Empty, Queue
from urllib.parse import parse_qs, urlsplit

from connectors.errors import NeedsPerson
from tasks import waiting
from tasks.door import HOST, Reply, door
from tasks.landed import NOBODY, NOTHING, SLOW, Outcome, page

PORT = 8721  # the redirect URI must be registered with the vendor's app, so it has to be known
PATH = "/callback"
PATIENCE = 60.0  # seconds for which a browser waits for what comes of its answer
LINGER = 5.0  # seconds in which it must have taken the page


class Desk:
    """Waits for the one answer to a consent link, and tells the browser what came of it."""

    def __init__(self) -> None:
        self.redirect_uri = ""
        self.own_port = 0
        self._state: str | None = None
        self._known = ExitStack()
        self._answers: Queue[str] = Queue()
        self._turn = threading.Condition()
        self._outcome: Outcome | None = None
        self._held = 0

    def expect(self, state: str) -> None:
        """Wait for the answer that carries this `state`."""
        self._known.enter_context(waiting.known(state, self.own_port))
        self._state = state

    def wait(self, seconds: float) -> str:
        """The address that the browser was sent to, with the answer in its query.

        Raises:
            NeedsPerson: nobody answered in time.
        """
        try:
            return self._answers.get(timeout=seconds)
        except Empty:
            raise unanswered(seconds) from None

    def tell(self, outcome: Outcome) -> None:
        """Show how it ended to the browsers that have brought the answer."""
        with self._turn:
            self._outcome = outcome
            self._turn.notify_all()
            self._turn.wait_for(lambda: self._held == 0, LINGER)

    def close(self) -> None:
        """Wait for no answer any more."""
        self._known.close()

    @contextmanager
    def reply(self, address: str) -> Iterator[Reply]:
        """What a browser gets that was sent to `address`, a path with its query."""
        parts = urlsplit(address)
        state = parse_qs(parts.query).get("state", [""])[0]
        if parts.path != PATH:
            yield Reply(404, page(NOTHING))
        elif self._state and state == self._state:
            with self._brought(address) as outcome:
                yield Reply(200, page(outcome))
        elif (port := waiting.found(state)) and port != self.own_port:
            yield Reply(302, location=f"http://{HOST}:{port}{PATH}?{parts.query}")
        else:
            yield Reply(410, page(NOBODY))

    @contextmanager
    def _brought(self, address: str) -> Iterator[Outcome]:
        with self._turn:
            self._held += 1
            self._answers.put(address)
        try:
            with self._turn:
                self._turn.wait_for(lambda: self._outcome is not None, PATIENCE)
            yield self._outcome or SLOW
        finally:
            with self._turn:
                self._held -= 1
                self._turn.notify_all()


def unanswered(seconds: float) -> NeedsPerson:
    """What to say when nobody answered in time."""
    return NeedsPerson(
        f"Nobody answered the consent link within {seconds / 60:.0f} minutes.",
        "Run it again and open the link; where the browser is on another machine, paste what it"
        " comes back with: into the run's Resume, or with casbah connect --paste.",
    )


@contextmanager
def desk(port: int = PORT) -> Iterator[Desk]:
    """A desk at `http://127.0.0.1:<port>/callback`, for as long as the block lasts; 0 is any port.

    Raises:
        NeedsPerson: something else has the port.
    """
    desk = Desk()
    with ExitStack() as opened:
        public = desk.own_port = opened.enter_context(door(0, desk.reply))
        if port:
            try:
                opened.enter_context(waiting.together((HOST, port)))
                public = opened.enter_context(door(port, desk.reply, together=True))
            except OSError as error:
                raise NeedsPerson(
                    f"Port {port} on {HOST} is taken ({error.strerror}).",
                    "End what uses it, or choose another redirect port (--redirect-port PORT) and"
                    " register it in the app.",
                ) from None
        desk.redirect_uri = f"http://{HOST}:{public}{PATH}"
        opened.callback(desk.close)
        yield desk
