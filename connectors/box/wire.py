"""The parts of an event of Box that we read into columns, as they come over the wire.

Box's specification (github.com/box/box-openapi, `Event`) types few of them: `source` "can be any
object", `additional_details` is free-form, and enterprise events carry more than it names. Ids are
decimal strings; older samples show numbers, so both are taken.
"""

from __future__ import annotations

import msgspec

Id = str | int | None


class Wire(msgspec.Struct, omit_defaults=True, gc=False):
    """One object of the wire; absent and null are both None."""


class User(Wire):
    """User (Mini), and what stands in its place: a group in `accessible_by`."""

    type: str | None = None
    id: Id = None
    name: str | None = None
    login: str | None = None


class Folder(Wire):
    """Folder (Mini): one step of a path."""

    id: Id = None
    name: str | None = None


class Path(Wire):
    """The folders from the root down to an item; the events of an enterprise leave it out."""

    entries: list[Folder] | None = None


class Item(Wire):
    """A file or folder within something else: a comment, a task, a collaboration."""

    type: str | None = None
    id: Id = None
    name: str | None = None
    owned_by: User | None = None


class Source(Wire):
    """What was acted on: an item in either of three notations, a user, a group, or any object."""

    type: str | None = None
    id: Id = None
    name: str | None = None
    login: str | None = None
    size: int | None = None
    item_type: str | None = None
    item_id: Id = None
    item_name: str | None = None
    folder_id: Id = None
    folder_name: str | None = None
    file_id: Id = None
    file_name: str | None = None
    user_id: Id = None
    user_name: str | None = None
    user_email: str | None = None
    group_id: Id = None
    group_name: str | None = None
    owned_by: User | None = None
    path_collection: Path | None = None
    item: Item | None = None


class Details(Wire):
    """What Box adds to the events of an enterprise."""

    size: int | None = None
    service_name: str | None = None
    shared_link_id: Id = None
    is_performed_by_admin: bool | None = None
    group_id: Id = None
    group_name: str | None = None


def text(value: object) -> str | None:
    """An id or a name as text; None where it is neither or empty."""
    return str(value) if value and isinstance(value, str | int) else None
