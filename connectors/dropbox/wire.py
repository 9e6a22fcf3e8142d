"""The parts of a TeamEvent that we read into columns, as Dropbox's specification types them.

Fields stand in the order of their names on the wire, so a decoded value is written back sorted. A
value with anything that is not named here does not decode; `connectors.wire.fitted` then takes what
it can.
Every union of Dropbox is open: "unknown tags arrive as soon as Dropbox ships them".
"""

from __future__ import annotations

import msgspec


class Wire(
    msgspec.Struct,
    rename={"tag": ".tag"},
    forbid_unknown_fields=True,
    omit_defaults=True,
    gc=False,
):
    """One object of the wire; absent and null are both None."""


class Team(Wire):
    """The team of a team member."""

    display_name: str | None = None


class User(Wire):
    """UserLogInfo, and the context unions that carry the same fields."""

    tag: str | None = None
    account_id: str | None = None
    display_name: str | None = None
    email: str | None = None
    member_external_id: str | None = None
    team: Team | None = None
    team_member_id: str | None = None
    trusted_non_team_member_type: dict[str, str] | None = None


class App(Wire):
    """AppLogInfo."""

    tag: str | None = None
    app_id: str | None = None
    display_name: str | None = None


class Actor(Wire):
    """ActorLogInfo."""

    tag: str | None = None
    admin: User | None = None
    app: App | None = None
    reseller_email: str | None = None
    reseller_name: str | None = None
    user: User | None = None


class Session(Wire):
    """SessionLogInfo."""

    tag: str | None = None
    session_id: str | None = None


class Access(Wire):
    """AccessMethodLogInfo."""

    tag: str | None = None
    end_user: Session | None = None
    request_id: str | None = None
    session_id: str | None = None


class Place(Wire):
    """GeoLocationLogInfo."""

    city: str | None = None
    country: str | None = None
    ip_address: str | None = None
    region: str | None = None


class Origin(Wire):
    """OriginLogInfo."""

    access_method: Access | None = None
    geo_location: Place | None = None


class InNamespace(Wire):
    """NamespaceRelativePathLogInfo."""

    is_shared_namespace: bool | None = None
    ns_id: str | None = None
    relative_path: str | None = None


class Path(Wire):
    """PathLogInfo."""

    contextual: str | None = None
    namespace_relative: InNamespace | None = None


class Asset(Wire):
    """AssetLogInfo: a file or folder, a Paper document or folder, or a showcase."""

    tag: str | None = None
    display_name: str | None = None
    doc_id: str | None = None
    doc_title: str | None = None
    file_count: int | None = None
    file_id: str | None = None
    file_size: int | None = None
    folder_id: str | None = None
    folder_name: str | None = None
    path: Path | None = None
    showcase_id: str | None = None
    showcase_title: str | None = None
