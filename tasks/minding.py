"""One run of a kind at a time on a connection, and what became of it noted where `status` looks."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

from blocks import pulse, register
from blocks.locks import AlreadyRunning, alone
from connectors.errors import ConnectorError, NeedsPerson, TryLater
from data.errors import LakeUnusable
from tasks import events
from tasks.connections import BUDGETS

__all__ = ["AlreadyRunning", "alone", "minded", "note_calls"]

NOT_THE_APPS = frozenset({"httpx", "prefect"})  # an app that is away is a ConnectorError
PULSE = 15.0  # seconds between two notes of how often the app was asked


@contextmanager
def minded(connection: str, verb: str) -> Iterator[None]:
    """Do it alone, and note whether it failed and who must act, and how often the app was asked."""
    with alone(connection, verb), _pulse(connection):
        try:
            with _unless_disconnected(connection):
                yield
        except register.Disconnected:
            raise
        except NeedsPerson as error:
            change = register.note_failure(
                connection, verb, error.problem, error.remedy, reason=error.reason
            )
            events.tell_failure(verb, change)
            raise
        except TryLater as error:
            retry_at = datetime.now(UTC) + timedelta(seconds=error.after)
            reason: register.Why | None = "throttled" if error.throttled else None
            change = register.note_failure(
                connection, verb, str(error), reason=reason, retry_at=retry_at
            )
            events.tell_failure(verb, change)
            raise
        except (ConnectorError, LakeUnusable) as error:
            events.tell_failure(verb, register.note_failure(connection, verb, str(error)))
            raise
        except CancelledError:  # somebody halted the connector: no failure of the connection
            raise
        except Exception as error:
            if type(error).__module__.partition(".")[0] in NOT_THE_APPS:
                raise  # the Prefect server was away, which says nothing about the connection
            # Its own words may hold what nobody should read: an address, a token.
            problem = f"{verb} ended by an error of ours ({type(error).__name__}): see the run."
            events.tell_failure(verb, register.note_failure(connection, verb, problem))
            raise
        events.tell_success(verb, register.note_success(connection, verb))


@contextmanager
def _pulse(connection: str) -> Iterator[None]:
    """Note how often the app is asked, every now and then and at the end."""
    over = Event()

    def beat() -> None:
        while not over.wait(PULSE):
            note_calls(connection)
            if _disconnected(connection) and connection in BUDGETS:
                BUDGETS[connection].halt()  # it may still have a token that serves for hours

    Thread(target=beat, daemon=True).start()
    try:
        yield
    finally:
        over.set()
        note_calls(connection)


@contextmanager
def _unless_disconnected(connection: str) -> Iterator[None]:
    """What goes wrong once a person has disconnected it is no failure of the connection."""
    try:
        yield
    except Exception:
        if _disconnected(connection):
            register.connected(connection)
        raise


def _disconnected(connection: str) -> bool:
    return any(each.name == connection and each.disconnected_at for each in register.connections())


def note_calls(connection: str) -> None:
    """Note the calls that this process has made since it last did so."""
    if budget := BUDGETS.get(connection):
        calls, held_until = budget.told()
        if calls or held_until:
            pulse.note_calls(connection, calls, round(budget.per_second * 3600), held_until)
