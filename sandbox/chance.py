"""Turns numbers into choices, the same way for ever."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def mix(*columns: ArrayLike) -> NDArray[np.uint64]:
    """64 well-stirred bits of whole numbers, element by element (splitmix64)."""
    stirred: NDArray[np.uint64] = np.array(0x9E3779B97F4A7C15, np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            z = np.asarray(column).astype(np.int64).view(np.uint64) + stirred
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            stirred = z ^ (z >> np.uint64(31))
    return stirred


def pick(weights: NDArray[Any], chance: Floats) -> Ints:
    """For each number of `chance` in [0, 1) an index, as often as its weight says."""
    cumulated = np.cumsum(weights, dtype=np.float64)
    found: Ints = np.searchsorted(cumulated, chance * cumulated[-1], side="right")
    return found


def early(dice: int, n: int) -> int:
    """An index below `n`, more often a small one: the product of two chances."""
    return dice % n * ((dice >> 9) % n) // n
