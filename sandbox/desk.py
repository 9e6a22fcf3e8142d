"""What the company keeps outside its file tree: file requests and text documents."""

from dataclasses import dataclass
from typing import Final

from sandbox import names
from sandbox.cast import opaque
from sandbox.verbs import Chosen

LEAST: Final = 3  # requests that stay open whatever happens
REQUEST_FOLDER: Final = "/File requests"


def request_path(title: str) -> str:
    """Where in its owner's home the files of a request arrive."""
    return f"{REQUEST_FOLDER}/{title}"


@dataclass(slots=True)
class Request:
    """A file request: its owner asks others to put files into their home. Times as in Link."""

    key: str
    owner: int
    namespace: int
    made: int
    title: str
    ended: int = 0


@dataclass(slots=True)
class Doc:
    """A text document."""

    key: str
    owner: int
    title: str


class Desk:
    """Requests and documents by number; its methods have the signature of World's."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.requests: list[Request] = []
        self.docs: list[Doc] = []
        self._open: list[int] = []
        self._published: list[int] = []

    def request(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        """An open request."""
        number = self._open[dice % len(self._open)]
        return Chosen(number, self.requests[number].owner)

    def new_request(self, at: int, who: int, dice: int, _story: int) -> Chosen:
        """A request into the maker's home."""
        number = len(self.requests)
        title = f"{names.SUBJECTS[dice % len(names.SUBJECTS)]} from suppliers {number + 1}"
        key = opaque(20, self.seed, "request", number)
        self.requests.append(Request(key, who, who, at, title))
        self._open.append(number)
        return Chosen(number, who)

    def end_request(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """An open request is closed, unless few are left."""
        chosen = self.request(at, who, dice, story)
        if len(self._open) > LEAST:
            self._open.remove(chosen.thing)
            self.requests[chosen.thing].ended = at
        return chosen

    def doc(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        """Any document."""
        return self._doc((dice >> 3) % len(self.docs))

    def new_doc(self, _at: int, who: int, dice: int, _story: int) -> Chosen:
        """A document; every ninth is published from the start."""
        number = len(self.docs)
        subject = names.SUBJECTS[(dice >> 3) % len(names.SUBJECTS)]
        title = f"{subject} {names.QUALIFIERS[dice % len(names.QUALIFIERS)]} {number + 1}"
        self.docs.append(Doc(opaque(21, self.seed, "doc", number), who, title))
        if number % 9 == 0:
            self._published.append(number)
        return self._doc(number)

    def publish_doc(self, at: int, who: int, dice: int, story: int) -> Chosen:
        """A document becomes one that strangers see."""
        chosen = self.doc(at, who, dice, story)
        self._published.append(chosen.thing)
        return chosen

    def seen_doc(self, _at: int, _who: int, dice: int, _story: int) -> Chosen:
        """A published document."""
        return self._doc(self._published[(dice >> 3) % len(self._published)])

    def _doc(self, number: int) -> Chosen:
        return Chosen(number, self.docs[number].owner)
