"""How the work looks in a terminal: progress with the time that is left, tables, one-line errors.

Progress and notes go to standard error, so that what a command answers can be piped.
"""

from __future__ import annotations

import errno
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from connectors.contract import Account, Check
    from connectors.errors import TryLater
    from data.inventory import Scan
    from data.lake import Landing
    from data.reports import Answer

VERDICTS = {True: ("passed", "green"), False: ("FAILED", "bold red"), None: ("not asked", "dim")}

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EIO, errno.EPIPE}  # what a write may say

notes = Console(stderr=True, highlight=False)
# A pipe has no width of its own, and tables folded into 80 columns serve nobody.
answers = Console(highlight=False, width=None if sys.stdout and sys.stdout.isatty() else 160)


@contextmanager
def answering() -> Iterator[None]:
    """What is printed within reaches standard output, or a sentence says why it does not."""
    if sys.stdout is None:  # closed by the caller, as by >&-
        sys.stdout = Path(os.devnull).open("w")  # noqa: SIM115 - for as long as we live
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        if error.filename or error.errno not in _NO_ROOM:
            raise
        # What is left in the buffer is not tried again at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if error.errno != errno.EPIPE:  # such as head has had enough
            note(f"casbah: the answer cannot be written ({error.strerror}).")
        raise SystemExit(1) from None


def note(sentence: str) -> None:
    """Say something beside the answer."""
    notes.print(plain(sentence), soft_wrap=True)


def counted(number: int, what: str) -> str:
    """How many there are, in words."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def show_link(sentence: str, link: str) -> None:
    """Say what to do with a link, which stays on one line however long it is."""
    notes.print(plain(sentence))
    notes.print(plain(f"\n  {link}\n"), soft_wrap=True)


def plain(text: str) -> Text:
    """Text from outside, without anything that a terminal or rich would obey."""
    return Text(
        "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)
    )


def check_table(checks: list[Check]) -> Table:
    """The Test API matrix."""
    table = Table(box=None, padding=(0, 2, 0, 0))
    for heading in ("", "capability", "evidence and what to do"):
        table.add_column(heading)
    for check in checks:
        word, style = VERDICTS[check.passed]
        evidence = plain(" ".join(filter(None, (check.evidence, check.remedy))))
        table.add_row(Text(word, style), plain(check.capability), evidence)
    return table


def tell_checks(as_json: bool) -> Callable[[list[Check]], None]:
    """How to answer with a Test API matrix."""

    def tell(checks: list[Check]) -> None:
        if as_json:
            print(json.dumps([vars(check) for check in checks], indent=2))
        else:
            answers.print(check_table(checks))

    return tell


def tell_facts(facts: dict[str, object], as_json: bool) -> None:
    """Answer with a few facts."""
    if as_json:
        print(json.dumps(facts))
    else:
        answers.print(plain(", ".join(f"{name} {value}" for name, value in facts.items())))


class Terminal:
    """Shows the work in a terminal (a `tasks.showing.telling.Listener`), inside a `with` block.

    `open_link` does what is to be done with a consent link, and may return what came back.
    """

    def __init__(
        self,
        open_link: Callable[[str], str | None] = lambda _: None,
        show_checks: Callable[[list[Check]], None] | None = None,
        show_answer: Callable[[Answer], None] | None = None,
    ) -> None:
        self._open_link = open_link
        self._show_checks = show_checks
        self._show_answer = show_answer
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TextColumn("{task.fields[steps]}, {task.fields[rows]:,} {task.fields[things]},"),
            TimeElapsedColumn(),
            TextColumn("gone,"),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=notes,
        )
        self._bars: dict[tuple[str, str], TaskID] = {}
        self._rows: Counter[str] = Counter()

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        self._end_progress()

    def _bar(self, what: str, connection: str, total: int, steps: str, things: str) -> TaskID:
        """The bar of some work on a connection; a new one for work that begins."""
        if (what, connection) not in self._bars:
            self._progress.start()
            bar = self._progress.add_task(what, total=total, rows=0, steps=steps, things=things)
            self._bars[what, connection] = bar
        return self._bars[what, connection]

    def _end_progress(self) -> None:
        """Leave the bars as they stand, and begin with new ones next time."""
        if self._bars:
            self._progress.stop()
            for bar in self._bars.values():
                self._progress.remove_task(bar)
            self._bars.clear()

    def consent(self, link: str) -> str | None:
        return self._open_link(link)

    def connected(self, connection: str, account: Account) -> None:
        note(f"{connection} is connected to {account.name} ({account.id}) by {account.admin_email}")

    def tested(self, connection: str, checks: list[Check]) -> None:
        if self._show_checks:
            self._show_checks(checks)
        passed = sum(check.passed is True for check in checks)
        note(f"{connection}: {passed} of {len(checks)} API checks passed")

    def planned(self, connection: str, windows: int) -> None:
        if windows:
            self._bar("history", connection, windows, steps="days", things="events")
        else:
            note(f"{connection}: history is complete")

    def landed(self, landing: Landing) -> None:
        self._rows[landing.connection] += landing.rows
        bar = self._bars.get(("history", landing.connection))
        if bar is not None:
            days = 1 if landing.lane == "history" and landing.done else 0
            self._progress.update(bar, advance=days, rows=self._rows[landing.connection])
            if self._progress.finished:
                self._end_progress()

    def scanned(self, connection: str, scan: Scan) -> None:
        total = scan.closed + scan.open
        bar = self._bar("scan", connection, total, steps="branches", things="seen")
        self._progress.update(bar, completed=scan.closed, total=total, rows=scan.seen)
        if scan.done:
            self._end_progress()

    def troubled(self, trouble: TryLater) -> None:
        note(f"{trouble.problem} Trying again soon; Ctrl-C ends it.")

    def answered(self, answer: Answer) -> None:
        if self._show_answer:
            self._show_answer(answer)

    def summed_up(self, lines: Sequence[str]) -> None:
        for line in lines:
            note(line)
