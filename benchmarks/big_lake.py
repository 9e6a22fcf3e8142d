"""A lake of as many events as wanted, made in minutes: drawn by DuckDB, landed as a flow lands.

Two connections, one of each app, over 60 days: a few people do much and many little, a tenth of all
events is of visitors who did not sign in, and Box does not say who is a member.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import duckdb
import pyarrow as pa

from data.lake import Lake, Position, Stream
from data.tables import EVENTS, ITEMS, LINKS, LISTINGS, PEOPLE, Table
from tasks.publishing import vocabulary

DAYS = 60
STREAMS = (Stream("dropbox", "acme"), Stream("box", "acme-box"))

# What people do, in parts of a thousand: one row an activity of each app.
NATIVE = """
    values ('dropbox', 'file_preview', 300), ('dropbox', 'file_edit', 250),
        ('dropbox', 'file_add', 130), ('dropbox', 'file_download', 130),
        ('dropbox', 'file_delete', 40), ('dropbox', 'file_move', 30),
        ('dropbox', 'login_success', 60), ('dropbox', 'login_fail', 15),
        ('dropbox', 'shared_link_create', 30), ('dropbox', 'group_add_member', 5),
        ('dropbox', 'member_change_admin_role', 1), ('dropbox', 'file_comments_add', 9),
        ('box', 'PREVIEW', 300), ('box', 'EDIT', 250), ('box', 'UPLOAD', 130),
        ('box', 'DOWNLOAD', 130), ('box', 'DELETE', 40), ('box', 'MOVE', 30), ('box', 'LOGIN', 60),
        ('box', 'FAILED_LOGIN', 15), ('box', 'SHARE', 30), ('box', 'GROUP_ADD_USER', 5),
        ('box', 'EDIT_USER', 1), ('box', 'COMMENT_CREATE', 9)
"""

EVENTS_OF_A_DAY = """
with numbered as (
    select
        i, cast(hash($seed, i) >> 1 as bigint) as h,
        cast(hash($seed, i, 'who') >> 1 as bigint) as w,
        cast(hash($seed, i, 'item') >> 1 as bigint) as t,
        to_timestamp($start + 86400.0 * (i + 0.5) / $events) as event_time
    from range($events) as r(i)
), drawn as (
    select
        n.*, n.h % 1000 as what, (n.h // 1000) % 1000 < 100 as visitor,
        cast(pow((n.w % 1000003) / 1000003.0, 2) * $people as bigint) as person,
        cast(pow((n.t % 1000003) / 1000003.0, 1.5) * $items as bigint) as item
    from numbered as n
), told as (
    select
        d.*,
        if(d.visitor, if($app = 'dropbox', 'shared_link_view', 'PREVIEW'), k.native_type) as native
    from drawn as d
    asof join kinds as k on k.app = $app and d.what >= k.upwards
)
select
    format('{:016x}{:016x}', t.h, t.w) as event_id,
    t.event_time,
    t.event_time + interval 20 seconds as fetched_at,
    t.event_time + interval 5 seconds as recorded_at,
    a.activity, a.category, t.native as native_type,
    if(a.activity like 'fail%', 'failure', 'success') as outcome,
    case
        when t.visitor then 'unauthenticated' when t.person = 0 then 'admin'
        when $app = 'box' then 'unknown' else 'member'
    end as actor_kind,
    if(t.visitor, null, format('{}:{}', $app, t.person)) as actor_id,
    if(t.visitor, null, format('person{}@acme.example', t.person)) as actor_email,
    if(t.visitor, null, format('Person {}', t.person)) as actor_name,
    not t.visitor and a.activity <> 'fail_sign_in' as authenticated,
    if(t.h % 997 = 0, format('{}:{}', $app, t.t % $people), null) as on_behalf_of_id,
    if(t.h % 997 = 0, format('person{}@acme.example', t.t % $people), null)
        as on_behalf_of_email,
    if(t.visitor, format('203.0.{}.{}', t.w % 32, t.w // 32 % 250),
        format('198.51.{}.{}', t.person // 200, (t.person + t.h % 3) % 200)) as ip,
    if(t.visitor, ['DE', 'FR', 'US', 'BR'][1 + t.w % 4], 'DE') as country,
    if(t.visitor, 'web', ['web', 'desktop', 'mobile'][1 + t.h % 3]) as client,
    'file' as item_kind,
    if(a.category in ('sign_in', 'groups', 'people'), null, format('id:{}', t.item)) as item_id,
    if(item_id is null, null, format('File {}.docx', t.item)) as item_name,
    if(item_id is null, null, format('/Folder {}/File {}.docx', t.item % 5000, t.item))
        as item_path,
    format('person{}@acme.example', t.item % $people) as item_owner_email,
    if(t.visitor and $app = 'dropbox', format('https://example.com/l/{}', t.item % $links), null)
        as link_id,
    t.visitor as external,
    '{"a":1}' as details,
    format('{{"event_id":"{:x}","by":"{}","what":"{}"}}', t.h, t.person, t.native) as raw,
    if(item_id is null, null, [item_id]) as item_ids
from told as t
join activities as a on a.app = $app and a.native_type = t.native
"""

PEOPLE_OF = """
select
    $app as app, $connection as connection, format('{}:{}', $app, i) as person_id,
    $now as observed_at, $now as landed_at, if(i % 10 = 9, 'external', 'member') as kind,
    format('person{}@{}.example', i, if(i % 10 = 9, 'else', 'acme')) as email,
    format('Person {}', i) as name, i = 0 as admin, '{}' as raw
from range($people) as r(i)
"""

ITEMS_OF = """
select
    $app as app, $connection as connection,
    if(i < $folders, format('folder:{}', i), format('id:{}', i - $folders)) as item_id,
    $now as observed_at, $now as landed_at, 'walk' as lane, 'present' as state,
    if(i < $folders, 'folder', 'file') as item_kind,
    if(i < $folders, format('Folder {}', i), format('File {}.docx', i - $folders)) as name,
    case
        when i < $people then null when i < $folders then format('folder:{}', i % $people)
        else format('folder:{}', i % $folders)
    end as parent_id,
    format('{}', i % $people) as root_id, 1000 as size, $now as modified_at,
    'person' as owner_kind, format('{}:{}', $app, i % $people) as owner_id
from range($folders + $items) as r(i)
"""

LINKS_OF = """
select
    $app as app, $connection as connection, format('link:{}', i) as link_id,
    if(i % 10 = 0, format('folder:{}', $people + i % ($folders - $people)), format('id:{}', i))
        as item_id,
    $now as observed_at, $now as landed_at, 'present' as state,
    format('https://example.com/l/{}', i) as url, 'public' as audience,
    if(i % 3 = 0, 'internal', 'public') as opens_to, i % 7 = 0 as password,
    format('{}:{}', $app, i % $people) as owner_id, '{}' as raw
from range($links) as r(i)
"""

LISTED = """
select
    $app as app, $connection as connection, $now as scan_started_at, b.branch, b.kind,
    'done' as state, '' as about, 1 as rows, 1 as pages, $now as fetched_at, $now as landed_at
from (values ('', 'scan'), ('people', 'people')) as b(branch, kind)
"""


def make(lake: Lake, events: int, people: int, items: int) -> None:
    """Fill an empty lake, each day of a connection by one landing."""
    sizes = {"people": people, "items": items, "folders": 2 * people, "links": items // 20}
    lake.learn(vocabulary())
    with duckdb.connect() as drawing:
        drawing.execute("set timezone = 'UTC'")
        drawing.register("activities", vocabulary())
        drawing.execute(
            "create table kinds as select app, native_type, sum(n) over (partition by app order by"  # noqa: S608
            f" native_type) - n as upwards from ({NATIVE}) as k(app, native_type, n)"
        )
        today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        for stream in STREAMS:
            tables = ((PEOPLE, PEOPLE_OF), (ITEMS, ITEMS_OF), (LINKS, LINKS_OF), (LISTINGS, LISTED))
            for table, query in tables:
                about = {"app": stream.app, "connection": stream.connection, "now": today} | sizes
                lake.append(table, stream, _drawn(drawing, table, query, about))
            for day in range(DAYS):
                begin = today - timedelta(days=DAYS - day)
                _land(lake, stream, begin, _events(drawing, stream, begin, events, sizes))


def _drawn(
    drawing: duckdb.DuckDBPyConnection, table: Table, query: str, about: dict[str, object]
) -> pa.Table:
    used = {name: value for name, value in about.items() if f"${name}" in query}
    return _shaped(drawing.sql(query, params=used).to_arrow_table(), table.schema)


def _shaped(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = [
        rows[f.name].cast(f.type) if f.name in rows.schema.names else pa.nulls(len(rows), f.type)
        for f in schema
    ]
    return pa.table(columns, schema=schema)


def _events(
    drawing: duckdb.DuckDBPyConnection,
    stream: Stream,
    day: datetime,
    events: int,
    sizes: dict[str, int],
) -> pa.Table:
    about: dict[str, object] = {
        "app": stream.app,
        "seed": f"{stream.key} {day}",
        "start": day.timestamp(),
        "events": events // (DAYS * len(STREAMS)),
    }
    about |= {name: sizes[name] for name in ("people", "items", "links")}
    rows = drawing.sql(EVENTS_OF_A_DAY, params=about).to_arrow_table()
    return _shaped(rows, pa.schema([f for f in EVENTS.schema if f.name in rows.schema.names]))


def _land(lake: Lake, stream: Stream, day: datetime, rows: pa.Table) -> None:
    end = day + timedelta(days=1)
    reached = Position("live", fetched_at=end, window_start=day, done=True, pages=1)
    lake.land(stream, rows, reached)
