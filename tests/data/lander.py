"""A process that lands, for tests that race it or kill it.

    lander.py LAKE FIRST COUNT SIZE [DIE]

Lands COUNT batches of SIZE rows whose ids go up from FIRST, from the batch after the ledger's last.
With DIE it kills itself in its second landing: `before` or `after` the commit.
"""

import os
import signal
import sys
from datetime import timedelta
from itertools import count

from made_events import START, at, made_rows

from data.delta import DeltaFolder
from data.lake import Lake, Stream
from data.ledger import Ledger

DOORS = {"before": (DeltaFolder, "commit"), "after": (Ledger, "catch_up")}


def die_in(kind: type, method: str, calls_before: int) -> None:
    original, calls = getattr(kind, method), count()

    def fatal(*args: object, **options: object) -> object:
        if next(calls) == calls_before:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **options)

    setattr(kind, method, fatal)


def main(uri: str, first: int, batches: int, size: int, door: str = "") -> None:
    lake, acme = Lake.open(uri), Stream("dropbox", "acme")
    landings = lake.landings(acme)
    begin = int(landings[-1].cursor) if landings else 0
    os.write(1, b"ready\n")
    sys.stdin.readline()
    if door:
        # A landing commits twice: the events and, in the ledger, what the log says of them.
        die_in(*DOORS[door], calls_before=2 if door == "before" else 1)
    for number in range(begin, batches):
        ids = range(first + number * size, first + (number + 1) * size)
        start = START + timedelta(seconds=ids.start)
        lake.land(acme, made_rows(ids, start), at(cursor=str(number + 1)))
        os.write(1, b"landed\n")


if __name__ == "__main__":
    main(sys.argv[1], *map(int, sys.argv[2:5]), *sys.argv[5:])
