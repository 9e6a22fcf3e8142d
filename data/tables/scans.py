"""What is there: people, items and links as scans saw them, and how far each scan has come."""

from __future__ import annotations

import pyarrow as pa

from data.tables.table import APP, CONNECTION, COUNT, FLAG, LANDED, TEXT, TIME, Column, Table

SHARES = pa.list_(
    pa.struct(
        [
            ("kind", TEXT),
            ("id", TEXT),
            ("email", TEXT),
            ("name", TEXT),
            ("role", TEXT),
            ("external", FLAG),
            ("status", TEXT),
            ("expires_at", TIME),
        ]
    )
)
OBSERVED = Column("observed_at", TIME, "When we asked the vendor for this.", required=True)

PEOPLE = Table(
    name="people",
    grain="one observation of one member, guest or collaborator",
    partitions=("app", "connection"),
    ranged=("observed_at",),
    columns=(
        APP,
        CONNECTION,
        Column(
            "person_id",
            TEXT,
            "The vendor's id of the person, as in events; the e-mail address where there is none.",
            required=True,
        ),
        OBSERVED,
        LANDED,
        Column("kind", TEXT, "member, external or invited.", required=True),
        Column("email", TEXT, "E-mail address."),
        Column("name", TEXT, "Name as the vendor shows it."),
        Column("role", TEXT, "The vendor's word for the role in the tenant."),
        Column("admin", FLAG, "Does the role administer the tenant?"),
        Column("status", TEXT, "The vendor's word: active, invited, suspended and so on."),
        Column("joined_at", TIME, "When the person joined the tenant."),
        Column("raw", TEXT, "The vendor's JSON about the person.", required=True),
    ),
)

ITEMS = Table(
    name="items",
    grain="one observation of one file or folder",
    partitions=("app", "connection"),
    ranged=("observed_at",),
    columns=(
        APP,
        CONNECTION,
        Column("item_id", TEXT, "The vendor's id of the item, as in events.", required=True),
        OBSERVED,
        LANDED,
        Column(
            "lane",
            TEXT,
            "Who came by: walk, the scan of everything; or touched, because of an event.",
            required=True,
        ),
        Column(
            "state",
            TEXT,
            "present, deleted (also: in the trash), left (no longer the company's), or closed: the"
            " vendor did not let us look, and owner_unknown says why.",
            required=True,
        ),
        Column("item_kind", TEXT, "file, folder and so on."),
        Column("name", TEXT, "Name of the item."),
        Column("path", TEXT, "Path within its tree as the vendor tells it, where it does."),
        Column("parent_id", TEXT, "The folder that it lies in; null for the root of a tree."),
        Column("root_id", TEXT, "The tree: a Dropbox namespace, or the Box user who owns it."),
        Column("size", COUNT, "Size in bytes."),
        Column("content_hash", TEXT, "The vendor's hash of the content."),
        Column("created_at", TIME, "When it was made, says the vendor."),
        Column("modified_at", TIME, "When its content last changed, says the vendor."),
        Column("owner_kind", TEXT, "person, team, external or unknown."),
        Column("owner_id", TEXT, "The vendor's id of the owner."),
        Column("owner_email", TEXT, "E-mail address of the owner."),
        Column("owner_unknown", TEXT, "Why the owner is not known; null where it is."),
        Column(
            "people",
            SHARES,
            "Who was given the item itself; null where the vendor did not say.",
        ),
        Column(
            "touched_at",
            TIME,
            "When the newest change happened that made us look (event_time); null in the walk.",
        ),
        Column("raw", TEXT, "The vendor's JSON about the item; null when there is none."),
    ),
)

LINKS = Table(
    name="links",
    grain="one observation of one shared link",
    partitions=("app", "connection"),
    ranged=("observed_at",),
    columns=(
        APP,
        CONNECTION,
        Column("link_id", TEXT, "The vendor's id of the link.", required=True),
        Column("item_id", TEXT, "The item that it opens.", required=True),
        OBSERVED,
        LANDED,
        Column("state", TEXT, "present, or gone.", required=True),
        Column("url", TEXT, "Address of the link."),
        Column("audience", TEXT, "The vendor's word for who can open it, as it takes effect."),
        Column("opens_to", TEXT, "public, internal, nobody_else or unknown.", required=True),
        Column("password", FLAG, "Does it ask for a password?"),
        Column("expires_at", TIME, "When it stops working; null for never."),
        Column("downloads", FLAG, "May what it opens be downloaded?"),
        Column(
            "access", TEXT, "The vendor's word for what it lets do: viewer, can_edit and so on."
        ),
        Column("owner_id", TEXT, "The vendor's id of who made it."),
        Column("owner_email", TEXT, "E-mail address of who made it."),
        Column("raw", TEXT, "The vendor's JSON about the link; null once it is gone."),
    ),
)

LISTINGS = Table(
    name="listings",
    grain="one step of a scan: a branch found, read up to a cursor or to its end, or refused",
    partitions=("app", "connection"),
    ranged=("landed_at",),
    columns=(
        APP,
        CONNECTION,
        Column("scan_started_at", TIME, "When the scan began; it is known by that.", required=True),
        Column(
            "branch",
            TEXT,
            "What the vendor lists in one go: a namespace, a folder; empty for the scan itself.",
            required=True,
        ),
        Column("kind", TEXT, "scan, people, roots, links or tree.", required=True),
        Column("state", TEXT, "found, begun, done, refused or reopened.", required=True),
        Column("about", TEXT, "What the connector needs to list it.", required=True),
        Column("person_id", TEXT, "Whose it is."),
        Column("cursor", TEXT, "Where to go on, exactly as the vendor gave it."),
        Column("rows", COUNT, "People, items and links seen in this step.", required=True),
        Column("pages", COUNT, "Pages fetched in this step.", required=True),
        Column("reason", TEXT, "Why it was refused."),
        Column("fetched_at", TIME, "When the step's oldest page was asked for."),
        LANDED,
    ),
)
