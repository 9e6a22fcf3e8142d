"""Which address a household has on a day: some keep theirs, some pass theirs on, some have many.

A provider gives each of its customers in a city another address of the same ring every few days. A
household with IPv6 has one network of 2**64 addresses, and each device another one in it.
"""

import random
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from sandbox.cast import Person, Place
from sandbox.chance import Ints, mix
from sandbox.habits import habits

DEVICES: Final = 4  # addresses of an IPv6 household
STEP: Final = 3  # places in the ring by which everybody moves on


def with_devices(places: list[Place]) -> list[Place]:
    """The places, and behind them the further addresses of the IPv6 households."""
    further = [
        Place(place.kind, f"{place.ip.rpartition('::')[0]}::{device}:{n:x}", place.city)
        for n, place in enumerate(places)
        if place.kind == "home" and ":" in place.ip
        for device in range(1, DEVICES)
    ]
    return [*places, *further]


class Homes:
    """The addresses of all households of a company."""

    def __init__(self, seed: int, places: tuple[Place, ...], people: tuple[Person, ...]) -> None:
        self.seed, self.period = seed, habits(seed).period
        dwellings = sorted({person.home for person in people})
        wide = [n for n, p in enumerate(places) if p.kind == "home" and ":" in p.ip]
        devices: dict[str, list[int]] = {}
        for n in wide:
            devices.setdefault(places[n].ip.rpartition("::")[0], []).append(n)
        self._devices = np.tile(np.arange(len(places))[:, None], DEVICES)
        for some in devices.values():
            self._devices[some[0]] = (some * DEVICES)[:DEVICES]
        chance = random.Random(f"rings {seed}")  # noqa: S311 - not a secret
        rings: dict[str, list[int]] = {}
        for home in dwellings:
            if ":" not in places[home].ip and chance.random() < habits(seed).changing:
                rings.setdefault(places[home].city.city, []).append(home)
        self._rank = np.full(len(places), -1)
        self._ring = np.zeros(len(places), np.int64)
        self._rings = list(rings.values())
        for number, ring in enumerate(self._rings):
            self._rank[ring] = np.arange(len(ring))
            self._ring[ring] = number
        self._members = np.zeros(len(places), bool)
        self._members[[person.home for person in people if person.member_id]] = True

    def at(self, home: NDArray[Any], who: NDArray[Any], day: NDArray[Any]) -> Ints:
        """The place with the address that each household shows the world on a day."""
        device = mix(self.seed, who, day // 2, 3) % np.uint64(DEVICES)
        found: Ints = self._devices[home, device.astype(np.int64)].astype(np.int64)
        return self._turned(found, home, day // self.period)

    def inherited(self, home: NDArray[Any], day: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether the household's address of that day was a member's a period earlier."""
        epoch = day // self.period
        mine = self._rank[home] >= 0
        found = np.zeros(len(home), bool)
        for number, ring in enumerate(self._rings):
            some = mine & (self._ring[home] == number)
            before = np.array(ring)[(self._rank[home[some]] + STEP) % len(ring)]
            found[some] = self._members[before]
        return found & (epoch > 0)

    def _turned(self, found: Ints, home: NDArray[Any], epoch: NDArray[Any]) -> Ints:
        for number, ring in enumerate(self._rings):
            some = (self._rank[home] >= 0) & (self._ring[home] == number)
            found[some] = np.array(ring)[(self._rank[home[some]] + STEP * epoch[some]) % len(ring)]
        return found
