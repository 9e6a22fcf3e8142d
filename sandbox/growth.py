"""A company with as many files as were asked for: more folders, about equally full."""

from dataclasses import replace
from typing import Final

from sandbox import names
from sandbox.cast import Namespace

FILES_IN_A_FOLDER: Final = 20  # on average


def grown(namespaces: list[Namespace], files: int) -> list[Namespace]:
    """The namespaces with `files` files between them, and folders enough for twenty in each."""
    usual = sum(namespace.files for namespace in namespaces)
    return [
        replace(namespace, files=count, folders=(*namespace.folders, *_annexes(namespace, count)))
        for namespace in namespaces
        for count in [max(1, round(namespace.files * files / usual))]
    ]


def _annexes(namespace: Namespace, files: int) -> list[str]:
    some = namespace.folders[1:]
    return [
        f"{some[n % len(some)]}/{names.PROJECTS[n % 16]} {n + 1}"
        for n in range(files // FILES_IN_A_FOLDER - len(namespace.folders))
    ]
