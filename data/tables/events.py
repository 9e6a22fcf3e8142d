"""What happened: the audit events, how they landed, and the words for them."""

from __future__ import annotations

import pyarrow as pa

from data.tables.table import (
    APP,
    CONNECTION,
    COUNT,
    DATE,
    FLAG,
    IDS,
    LANDED,
    TEXT,
    TIME,
    Column,
    Table,
)

PARTICIPANTS = pa.list_(pa.struct([(name, TEXT) for name in ("kind", "id", "email", "name")]))

EVENTS = Table(
    name="events",
    grain="one entry of a vendor's audit log",
    partitions=("app", "connection", "event_date"),
    ranged=("event_time",),
    columns=(
        APP,
        CONNECTION,
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
        LANDED,
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
        Column(
            "authenticated",
            FLAG,
            "Had the actor signed in? Not when a sign-in failed; null where nobody can know. Who"
            " came in without signing in has the actor_kind unauthenticated.",
        ),
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
        Column(
            "unknown_fields",
            IDS,
            "Names of the event's own JSON members that were new to us when it landed; their values"
            " are in raw. Null for none.",
        ),
    ),
)

LANDINGS = Table(
    name="landings",
    grain="one commit of a batch of events, with the position that it reached",
    partitions=("app", "connection"),
    ranged=("landed_at",),
    columns=(
        APP,
        CONNECTION,
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
        Column(
            "in_lake",
            COUNT,
            "Lane reconcile: events of the window in the lake when this reading of it began.",
        ),
        Column(
            "in_log",
            COUNT,
            "Lane reconcile, at the end of the window: its events in the vendor's log.",
        ),
    ),
)

ACTIVITIES = Table(
    name="activities",
    grain="one native type of one app, in the shared vocabulary",
    partitions=(),
    ranged=(),
    columns=(
        APP,
        Column("native_type", TEXT, "The vendor's word for the type.", required=True),
        Column("activity", TEXT, "Our word for it, the same in every app.", required=True),
        Column("label", TEXT, "How a person reads it, for example Upload file.", required=True),
        Column("category", TEXT, "Kind of activity, shared by all apps.", required=True),
        Column("modifies_item", FLAG, "Does it change an item or who can reach it?", required=True),
        Column("ocsf_class", COUNT, "OCSF 1.8 class_uid.", required=True),
        Column("ocsf_activity", COUNT, "OCSF 1.8 activity_id within the class.", required=True),
    ),
)
