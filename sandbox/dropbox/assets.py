"""The `assets` of a TeamEvent: files, folders and documents that a happening is about."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from sandbox import verbs as v
from sandbox.cast import HOME, opaque
from sandbox.company import Company
from sandbox.desk import request_path
from sandbox.happenings import Happening
from sandbox.shelf import file_id, name_of, path_of, size_of
from sandbox.world import World

CACHED: Final = 16_384  # files kept as text; about 400 bytes each


def folder_id(seed: int, namespace: int | str, path: str) -> str:
    """The id of a folder, by the path that it always had."""
    return "id:" + opaque(22, seed, "folder", namespace, path)


class Assets:
    """Writes assets as JSON; `about[verb]` is the writer for a verb's number, or None."""

    def __init__(self, company: Company, world: World) -> None:
        self.world, self.seed = world, company.seed
        self._file = lru_cache(CACHED)(self._write_file)
        writers: dict[int, Callable[[Happening], str]] = {
            v.RENAME_FILE: self._renamed,
            v.MOVE_FILE: self._moved,
            v.COPY_FILE: self._copied,
            **dict.fromkeys(_FILES, self._one_file),
            **dict.fromkeys(_LINKS, self._linked),
            **dict.fromkeys(_REQUESTS, self._requested),
            **dict.fromkeys(_FOLDERS, self._folder),
            **dict.fromkeys(_DOCS, self._doc),
        }
        self.about = [
            self._showcase if verb.name.startswith("showcase") else writers.get(verb.thing)
            for verb in v.VERBS
        ]

    def _write_file(self, file: int, version: int) -> str:
        namespace = self.world.namespaces[self.world.shelf.namespace[file]]
        path, shared = path_of(self.seed, namespace, file, version), namespace.kind != HOME
        shown = f"/{namespace.name}{path}" if shared else path
        return (
            f'{{".tag":"file","path":{{"contextual":"{shown}","namespace_relative":'
            f'{{"ns_id":"{namespace.id}","relative_path":"{path}",'
            f'"is_shared_namespace":{"true" if shared else "false"}}}}},'
            f'"display_name":"{name_of(self.seed, file, version)}",'
            f'"file_id":"{file_id(self.seed, file)}","file_size":{size_of(self.seed, file)}}}'
        )

    def _one_file(self, h: Happening) -> str:
        return self._file(h.thing, h.version)

    def _renamed(self, h: Happening) -> str:
        before = max(0, (h.version & 255) - 1) | h.version & 0xFF00
        return f"{self._file(h.thing, before)},{self._file(h.thing, h.version)}"

    def _moved(self, h: Happening) -> str:
        before = h.version & 255 | max(0, (h.version >> 8) - 1) << 8
        return f"{self._file(h.thing, before)},{self._file(h.thing, h.version)}"

    def _copied(self, h: Happening) -> str:
        return f"{self._file(h.thing, h.version)},{self._file(h.other, 0)}"

    def _linked(self, h: Happening) -> str:
        return self._file(self.world.links.all[h.thing].file, h.version)

    def _requested(self, h: Happening) -> str:
        request = self.world.desk.requests[h.thing]
        path = request_path(request.title)
        return self._write_folder(request.namespace, path, path)

    def _folder(self, h: Happening) -> str:
        return self._write_folder(h.thing, f"/{self.world.namespaces[h.thing].name}", "/")

    def _write_folder(self, number: int, shown: str, path: str) -> str:
        namespace = self.world.namespaces[number]
        shared = "false" if namespace.kind == HOME else "true"
        return (
            f'{{".tag":"folder","path":{{"contextual":"{shown}","namespace_relative":'
            f'{{"ns_id":"{namespace.id}","relative_path":"{path}",'
            f'"is_shared_namespace":{shared}}}}},'
            f'"display_name":"{shown.rpartition("/")[2]}",'
            f'"file_id":"{folder_id(self.seed, number, path)}"}}'
        )

    def _doc(self, h: Happening) -> str:
        doc = self.world.desk.docs[h.thing]
        return f'{{".tag":"paper_document","doc_id":"{doc.key}","doc_title":"{doc.title}"}}'

    def _showcase(self, h: Happening) -> str:
        doc = self.world.desk.docs[h.thing]
        return (
            f'{{".tag":"showcase_document","showcase_id":"{doc.key}",'
            f'"showcase_title":"{doc.title}"}}'
        )


_FILES: Final = (
    v.FILE, v.NEW_FILE, v.EDIT_FILE, v.DROP_FILE, v.ERASE_FILE, v.BACK_FILE, v.SEND_FILE,
    v.SENT_FILE,
)  # fmt: skip
_LINKS: Final = (v.LINK, v.OWN_LINK, v.NEW_LINK, v.DROP_LINK)
_REQUESTS: Final = (v.REQUEST, v.NEW_REQUEST, v.DROP_REQUEST)
_FOLDERS: Final = (v.FOLDER, v.NEW_FOLDER, v.ADD_PERSON, v.REMOVE_PERSON, v.INVITE)
_DOCS: Final = (v.DOC, v.NEW_DOC, v.PUBLISH_DOC, v.SEEN_DOC)
