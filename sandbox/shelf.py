"""Every file of the company in columns: 30 bytes a file, names made when somebody asks.

A file's name and folder follow from its number and its `version`: how often it was renamed (low
byte) and moved (high byte). So an old happening can still tell the name of its day.
"""

from array import array
from functools import lru_cache

from sandbox import names
from sandbox.cast import Namespace, opaque


class Shelf:
    """Files by number. Times are seconds since 1970; `gone` is 0 while the file is there."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.namespace = array("i")
        self.maker = array("i")
        self.made = array("I")
        self.touched = array("I")
        self.renamed = array("B")
        self.moved = array("B")
        self.gone = array("I")

    def __len__(self) -> int:
        return len(self.made)

    def put(self, namespace: int, maker: int, at: int) -> int:
        """A new file; answers its number."""
        self.namespace.append(namespace)
        self.maker.append(maker)
        self.made.append(at)
        self.touched.append(at)
        self.renamed.append(0)
        self.moved.append(0)
        self.gone.append(0)
        return len(self.made) - 1

    def version(self, file: int) -> int:
        """What the file is called and where it lies today."""
        return self.renamed[file] | self.moved[file] << 8


def file_id(seed: int, file: int) -> str:
    """The file's id, the same for ever."""
    return "id:" + opaque(22, seed, "file", file)


@lru_cache(65_536)
def name_of(seed: int, file: int, version: int) -> str:
    """The name under which the file goes in that version; no two files share one."""
    h = (file * 2_654_435_761 + (version & 255) * 40_503 + seed * 69_069) & 0xFFFFFFFF
    ending = names.ENDINGS[_ending(seed, file)][0]
    subject = names.SUBJECTS[h % len(names.SUBJECTS)]
    qualifier = names.QUALIFIERS[(h >> 8) % len(names.QUALIFIERS)]
    return f"{subject} {qualifier} {file + 1}{ending}"


def path_of(seed: int, namespace: Namespace, file: int, version: int) -> str:
    """The path inside the namespace, beginning with a slash."""
    return f"{folder_of(namespace, file, version)}/{name_of(seed, file, version)}"


def folder_of(namespace: Namespace, file: int, version: int) -> str:
    """The folder of the namespace in which the file lies; "" for its root."""
    return namespace.folders[folder_number(len(namespace.folders), file, version >> 8)]


def folder_number(folders: int, file: int, moved: int) -> int:
    """Which of so many folders the file lies in once it was moved so often."""
    return (((file * 40_503 + 7) >> 3) + moved) % folders


def size_of(seed: int, file: int) -> int:
    """Bytes."""
    usual = names.ENDINGS[_ending(seed, file)][1]
    return usual // 5 + (file * 2_654_435_761 >> 7) % (2 * usual)


def _ending(seed: int, file: int) -> int:
    return (file * 48_271 + seed >> 4) % len(names.ENDINGS)
