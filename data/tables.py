"""Every column of every table, declared once: name, type, meaning.

The schema of the Parquet files, the comments in DuckDB and the tests all read these declarations.
Other engines rely on the names: a column may be added at the end, never renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa

TEXT = pa.string()
TIME = pa.timestamp("us", "UTC")
DATE = pa.date32()
FLAG = pa.bool_()
COUNT = pa.int64()
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
IDS = pa.list_(TEXT)
PARTICIPANTS = pa.list_(pa.struct([(name, TEXT) for name in ("kind", "id", "email", "name")]))


@dataclass(frozen=True)
class Column:
    """One column. `required` means never null, in any row of any app."""

    name: str
    type: pa.DataType
    meaning: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table of the lake.

    `partitions` name the columns that are folders (hive style); of the `ranged` columns the log
    keeps the least and greatest value in each file.
    """

    name: str
    grain: str
    partitions: tuple[str, ...]
    ranged: tuple[str, ...]
    columns: tuple[Column, ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """All columns in the declared order, partition columns included."""
        return pa.schema([pa.field(c.name, c.type) for c in self.columns])

    @cached_property
    def stored_schema(self) -> pa.Schema:
        """The columns inside a Parquet file: partition columns are only in its path."""
        return pa.schema([field for field in self.schema if field.name not in self.partitions])

    @property
    def required(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns if column.required)


EVENTS = Table(
    name="events",
    grain="one entry of a vendor's audit log",
    partitions=("app", "connection", "event_date"),
    ranged=("event_time",),
    columns=(
        Column("app", TEXT, "Cloud app: dropbox or box.", required=True),
        Column("connection", TEXT, "Name of the connected tenant.", required=True),
        Column("event_date", DATE, "UTC day of event_time.", required=True),
        Column(
            "event_id",
            TEXT,
            "Identity of the event within its connection: the vendor's own id, or a hash over what"
            " does not change when the vendor renders the event again.",
            required=True,
        ),
        Column("event_time", TIME, "When it happened, says the vendor.", required=True),
        Column("recorded_at", TIME, "When the vendor wrote it down, where it says so."),
        Column("fetched_at", TIME, "When we asked for the page it came with.", required=True),
        Column("landed_at", TIME, "When it was committed to the lake.", required=True),
        Column(
            "activity",
            TEXT,
            "What was done, in the vocabulary shared by all apps, or unknown.",
            required=True,
        ),
        Column("category", TEXT, "Kind of activity, shared by all apps.", required=True),
        Column("native_type", TEXT, "The vendor's word for the type.", required=True),
        Column("outcome", TEXT, "success or failure, where the vendor tells."),
        Column(
            "actor_kind",
            TEXT,
            "Who acted: member, admin, external, unauthenticated, app, system or unknown.",
            required=True,
        ),
        Column("actor_id", TEXT, "The vendor's id of the actor."),
        Column("actor_email", TEXT, "E-mail address of the actor."),
        Column("actor_name", TEXT, "Name of the actor as the vendor shows it."),
        Column("authenticated", FLAG, "Had the actor signed in? Null where nobody can know."),
        Column("on_behalf_of_id", TEXT, "The vendor's id of the person acted for."),
        Column("on_behalf_of_email", TEXT, "E-mail address of the person acted for."),
        Column("ip", TEXT, "IP address of the actor, IPv4 or IPv6, as text."),
        Column("country", TEXT, "Country of the address, by the vendor's lookup."),
        Column("region", TEXT, "Region of the address, by the vendor's lookup."),
        Column("city", TEXT, "City of the address, by the vendor's lookup."),
        Column("client", TEXT, "Way of access: web, desktop, mobile, api and so on."),
        Column("session_id", TEXT, "The vendor's id of the session."),
        Column("user_agent", TEXT, "Program or device, as far as the vendor tells."),
        Column("item_kind", TEXT, "file, folder, document and so on."),
        Column("item_id", TEXT, "The vendor's id of the item acted on."),
        Column("item_name", TEXT, "Name of the item at that moment."),
        Column("item_path", TEXT, "Path of the item at that moment."),
        Column("item_size", COUNT, "Size of the item in bytes."),
        Column("item_owner_email", TEXT, "E-mail address of the item's or link's owner."),
        Column("link_id", TEXT, "The shared link or file request used, as the vendor names it."),
        Column("external", FLAG, "Was somebody outside of the company involved?"),
        Column("participants", PARTICIPANTS, "Others whom the event touches."),
        Column("details", TEXT, "What else the vendor tells about this type, as JSON."),
        Column("raw", TEXT, "The vendor's JSON as received.", required=True),
        Column("item_ids", IDS, "The vendor's ids of all items that the event is about."),
    ),
)

LANDINGS = Table(
    name="landings",
    grain="one commit of a batch of events, with the position that it reached",
    partitions=("app", "connection"),
    ranged=("landed_at",),
    columns=(
        Column("app", TEXT, "Cloud app: dropbox or box.", required=True),
        Column("connection", TEXT, "Name of the connected tenant.", required=True),
        Column("n", COUNT, "Number of the commit, rising within a connection.", required=True),
        Column("lane", TEXT, "Reader of the stream: history, live or reconcile.", required=True),
        Column("window_start", TIME, "Since when (event time) the lane reads."),
        Column("window_end", TIME, "Before when it reads; null in the live lane, which goes on."),
        Column("cursor", TEXT, "Where to go on, exactly as the vendor gave it; null at an end."),
        Column(
            "done",
            FLAG,
            "Was the window read to its end, or had the live lane caught up with the vendor?",
            required=True,
        ),
        Column("pages", COUNT, "Pages fetched for this batch.", required=True),
        Column("rows", COUNT, "Rows that this commit added to events.", required=True),
        Column("repeats", COUNT, "Rows dropped as already in the lake.", required=True),
        Column("unknown", COUNT, "Added rows whose activity is unknown.", required=True),
        Column("first_event_time", TIME, "Earliest event_time added."),
        Column("last_event_time", TIME, "Latest event_time added."),
        Column("fetched_at", TIME, "When the batch's oldest page was asked for.", required=True),
        Column("landed_at", TIME, "When the batch was committed.", required=True),
        Column("note", TEXT, "What was healed on the way, for example reset."),
    ),
)

ACTIVITIES = Table(
    name="activities",
    grain="one native type of one app, in the shared vocabulary",
    partitions=(),
    ranged=(),
    columns=(
        Column("app", TEXT, "Cloud app: dropbox or box.", required=True),
        Column("native_type", TEXT, "The vendor's word for the type.", required=True),
        Column("activity", TEXT, "Our word for it, the same in every app.", required=True),
        Column("label", TEXT, "How a person reads it, for example Upload file.", required=True),
        Column("category", TEXT, "Kind of activity, shared by all apps.", required=True),
        Column("modifies_item", FLAG, "Does it change an item or who can reach it?", required=True),
        Column("ocsf_class", COUNT, "OCSF 1.8 class_uid.", required=True),
        Column("ocsf_activity", COUNT, "OCSF 1.8 activity_id within the class.", required=True),
    ),
)

APP = Column("app", TEXT, "Cloud app: dropbox or box.", required=True)
CONNECTION = Column("connection", TEXT, "Name of the connected tenant.", required=True)
OBSERVED = Column("observed_at", TIME, "When we asked the vendor for this.", required=True)
LANDED = Column("landed_at", TIME, "When it was committed to the lake.", required=True)

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

# findings joins here with the policies. An order of reading: what later tables speak of is in
# those before.
TABLES = (EVENTS, LANDINGS, ACTIVITIES, PEOPLE, ITEMS, LINKS, LISTINGS)
