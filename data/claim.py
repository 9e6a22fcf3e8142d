"""Claims: what keeps writers apart, and tells a file at work from litter.

Every commit makes a *claim*: a Delta transaction `(key, n)`. Of all writers, in this process and
others, only one gets it: a commit is refused when another of its key came since it was prepared. A
Parquet file carries the claim it was written for in its name, so a file that the log does not name
and whose claim is taken can never be committed by anybody: it is litter of a killed or beaten
writer.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass

_FILE_NAME = re.compile(r"(?P<key>[a-z0-9.-]+)\.(?P<n>[1-9][0-9]*)\.[0-9a-f]{12}\.parquet")


@dataclass(frozen=True)
class Claim:
    """The right to commit n under `key` (small letters, digits, `-`, `/`) next after `after`."""

    key: str
    n: int
    after: int

    def file_name(self) -> str:
        return f"{self.key.replace('/', '.')}.{self.n}.{uuid.uuid4().hex[:12]}.parquet"

    @classmethod
    def of_file(cls, path: str) -> Claim | None:
        """The claim that a file was written for; None for a file that is not ours."""
        named = _FILE_NAME.fullmatch(path.rpartition("/")[2])
        n = int(named["n"]) if named else 0
        return cls(named["key"].replace(".", "/"), n, after=n - 1) if named else None
