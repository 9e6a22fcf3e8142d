"""A numpy column that grows at its end."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Column:
    """`view` is what is in it; it stays valid (and as long as it was) when the column grows."""

    def __init__(self, dtype: np.dtype[Any], capacity: int) -> None:
        self._data = np.zeros(max(1024, capacity + capacity // 8), dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    @property
    def view(self) -> NDArray[Any]:
        """The values so far, not copied."""
        return self._data[: self._length]

    def extend(self, values: NDArray[Any]) -> None:
        """Puts `values` at the end."""
        needed = self._length + len(values)
        if needed > len(self._data):
            grown = np.zeros(needed + needed // 4, self._data.dtype)
            grown[: self._length] = self.view
            self._data = grown
        self._data[self._length : needed] = values
        self._length = needed
