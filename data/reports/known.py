"""Names in a question: of what nobody knows, an empty answer would read as "nothing happened"."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from difflib import get_close_matches

from data import catalog
from data.errors import BadQuestion
from data.lake import Lake
from data.questions import Question, questions

_MOST = 8  # names that are all told


def check_source(lake: Lake, app: str | None, connection: str | None) -> None:
    """See that something of the app and the connection has landed, or nothing at all yet.

    Raises BadQuestion, with the names there are.
    """
    if app is None and connection is None:
        return
    scans = catalog.queue(lake, "last_scans")
    known = {(mark.app, mark.connection) for mark in lake.positions()}
    known |= {(scan["app"], scan["connection"]) for scan in scans}
    apps = {each for each, _ in known}
    if known and app is not None and app not in apps:
        raise BadQuestion(f"Nothing of an app {app!r} has landed here; {_there_are(app, apps)}.")
    names = {name for each, name in known if app in (None, each)}
    if known and connection is not None and connection not in names:
        of_app = f" of {app}" if app else ""
        raise BadQuestion(
            f"Nothing of a connection {connection!r}{of_app} has landed here;"
            f" {_there_are(connection, names)}."
        )


def check_subject(lake: Lake, question: Question, own: Mapping[str, str]) -> None:
    """See that the person or item of a report with no rows is one that the lake knows.

    Raises BadQuestion, with names that are like it.
    """
    like = questions("nearest").get(question.name)
    if like is None:
        return
    (subject,) = (own[name] for name in question.needs)
    found = catalog.ask(lake, like.select, dict(own), like.reads).to_pylist()
    if any(one["same"] for one in found):
        return
    meant = " or ".join(repr(one["name"]) for one in found)
    raise BadQuestion(
        f"The lake knows no {question.name} {subject!r}"
        + (f"; did you mean {meant}?" if meant else f": say {_needed(question)}.")
    )


def _needed(question: Question) -> str:
    return " and ".join(question.parameters[name] for name in question.needs)


def _there_are(name: str, names: Collection[str]) -> str:
    if len(names) <= _MOST:
        return f"there {'are' if len(names) > 1 else 'is'} {', '.join(sorted(names))}"
    near = get_close_matches(name, sorted(names))
    return f"did you mean {' or '.join(near)}" if near else f"there are {len(names)} others"
