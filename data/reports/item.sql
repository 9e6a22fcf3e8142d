-- title: One item
-- grain: one thing that happened to an item, or one observation of it or of a link to it, oldest first
-- rule: An item keeps its id when it is renamed or moved. Where an app gives it a new one, the event of the move names both, and the story goes on under the other.
-- marks: events, scans
-- glance: time, told_by, what, who, path, more, ip
-- needs: which
-- parameters:
--   which: the vendor's id of the item, or the path or name that it has or had
--   since: only from this moment on
--   until: only before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   time: when it happened, or was observed
--   told_by: event, scan or link; now: how it stands since it was last looked at
--   app: cloud app
--   connection: connected tenant
--   what: the activity; present, deleted, left or closed; to whom the link opens it; now: private, internal, external or public
--   who: who did it; of a scan, and now, the owner; of a link who made it
--   path: name or path at that moment
--   more: people given it, the link's password and expiry, how big it was, the link used; now: the item or folder above that makes it so
--   ip: address that it came from
--   country: country of the address, by the app's lookup
--   item_id: the vendor's id
--   event_id: identity of the event
with recursive labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), standing as materialized (
    select n.app, n.connection, n.item_id, n.parent_id, n.path, n.owner, n.exposure, n.exposed_by, n.observed_at
    from items_now as n
), named as materialized (
    select i.item_id from items as i where $which in (i.item_id, i.path, i.name)
    union
    select n.item_id from standing as n where n.path = $which
    union
    select e.item_id
    from events_as_told as e
    where e.item_path = $which
        and e.item_id is not null
        and is_of(e.app, e.connection, $app, $connection)
    union
    select e.item_id
    from events_as_told as e
    where e.item_name = $which
        and e.item_id is not null
        and is_of(e.app, e.connection, $app, $connection)
    union
    select $which
), moves as materialized (
    select e.item_ids as ids
    from events_as_told as e
    where e.activity = 'move_file'
        and len(e.item_ids) = 2  -- where it was and where it is
        and is_of(e.app, e.connection, $app, $connection)
), same as (
    select n.item_id from named as n
    union
    select unnest(m.ids)
    from same as s
    join moves as m on list_contains(m.ids, s.item_id)
), ids as materialized (
    select list(s.item_id) as every from same as s
), told as (
    -- Apart, as a file is then read by the column that is asked for, and the others where it fits;
    -- from the list, as DuckDB takes what recurses for more than all events.
    select e.*
    from events_as_told as e
    where e.item_id in (select unnest(i.every) from ids as i)
        and on_days(e.event_date, day_of($since), day_of($until))
    union all
    select e.*
    from events_as_told as e
    cross join ids as i
    where len(e.item_ids) > 1
        and list_has_any(e.item_ids, i.every)
        and not coalesce(list_contains(i.every, e.item_id), false)
        and on_days(e.event_date, day_of($since), day_of($until))
), story as (
    select
        e.event_time as time, 'event' as told_by, e.app, e.connection,
        coalesce(labels.label, e.activity) as what,
        coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') as who,
        coalesce(e.item_path, e.item_name) as path,
        coalesce(
            e.link_id,
            array_to_string([coalesce(p.email, p.name, p.id) for p in e.participants], ', ')
        ) as more,
        e.ip, e.country, e.item_id, e.event_id
    from told as e
    left join labels on labels.activity = e.activity
    union all
    select
        i.observed_at, 'scan', i.app, i.connection, i.state,
        coalesce(i.owner_email, i.owner_id, n.owner, i.owner_unknown),
        -- What lies in a shared folder is told from there, and stands where that folder does.
        case
            when ends_with(n.path, i.path) and n.parent_id is not distinct from i.parent_id
                then n.path
            else coalesce(i.path, i.name)
        end,
        concat_ws(
            '; ', case when i.size is null then null else i.size || ' bytes' end,
            nullif(array_to_string([coalesce(p.email, p.name, p.id) for p in i.people], ', '), '')
        ),
        null, null, i.item_id, null
    from items as i
    left join standing as n
        on n.app = i.app and n.connection = i.connection and n.item_id = i.item_id
    where i.item_id in (select s.item_id from same as s)
    union all
    select
        n.observed_at, 'now', n.app, n.connection, n.exposure, n.owner, n.path,
        case when x.item_id <> n.item_id then 'by ' || x.path end,
        null, null, n.item_id, null
    from standing as n
    left join standing as x
        on x.app = n.app and x.connection = n.connection and x.item_id = n.exposed_by
    where n.item_id in (select s.item_id from same as s)
    union all
    select
        l.observed_at, 'link', l.app, l.connection,
        case when l.state = 'gone' then 'gone' else 'opens to ' || l.opens_to end, l.owner_email, l.url,
        concat_ws(
            '; ', case when l.password then 'password' end, 'expires ' || cast(l.expires_at as varchar)
        ),
        null, null, l.item_id, null
    from links as l
    where l.item_id in (select s.item_id from same as s)
)
select
    s.time, s.told_by, s.app, s.connection, s.what, s.who, s.path, nullif(s.more, '') as more, s.ip,
    s.country, s.item_id, s.event_id
from story as s
where is_of(s.app, s.connection, $app, $connection)
    and in_span(s.time, $since, $until)
order by s.time, s.told_by = 'now', s.told_by, s.event_id, s.item_id, s.app, s.connection
