"""As which of an app's event types a happening is told: by its verb, its note and by chance."""

from collections.abc import Mapping
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from sandbox.happenings import Rows
from sandbox.verbs import VERBS

Native = TypeVar("Native")


class Lexicon(Generic[Native]):
    """The types of an app, in `types`, by the verbs that they tell.

    `natives` has all types of each verb. Where `noted` has a number for a verb, its types come in
    so many groups of one size, and what a happening notes names the group.
    """

    def __init__(self, natives: Mapping[str, list[Native]], noted: Mapping[str, int]) -> None:
        self.types = tuple(native for some in natives.values() for native in some)
        starts = np.cumsum([0, *(len(some) for some in natives.values())])
        self._first = starts[[list(natives).index(verb.name) for verb in VERBS]]
        groups = np.array([noted.get(verb.name, 1) for verb in VERBS])
        self._groups = groups
        self._choices = np.array([len(natives[verb.name]) for verb in VERBS]) // groups

    def chosen(self, rows: Rows) -> NDArray[Any]:
        """For each happening the number of its type in `types`."""
        verbs = rows["verb"]
        choices = self._choices[verbs]
        choice = (rows["dice"] >> 20).astype(np.int64) % choices
        group = rows["note"].astype(np.int64) % self._groups[verbs]
        types: NDArray[Any] = self._first[verbs] + group * choices + choice
        return types
