-- title: Drift
-- grain: one type of event, or field of events, that an app sends and that was new to us
-- glance: app, connection, what, name, events, first_seen, last_seen
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   what: type (its events have the activity unknown) or field (a member of the event itself)
--   name: the app's word for it
--   native_types: of a field, on how many types of events it was seen
--   events: how many events have it
--   first_seen: event_time of the first
--   last_seen: event_time of the last
--   landed_last: when the last of them landed
--   example: event_id of the last: its `raw` has everything that the app said
with strange as (
    select
        e.app, e.connection, e.event_id, e.event_time, e.landed_at, e.native_type, e.activity,
        e.unknown_fields
    from events_as_told as e
    where (e.activity = 'unknown' or e.unknown_fields is not null)
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
), named as (
    select s.* exclude (activity, unknown_fields), 'type' as what, s.native_type as name
    from strange as s
    where s.activity = 'unknown'
    union all
    select s.* exclude (activity, unknown_fields), 'field', unnest(s.unknown_fields)
    from strange as s
)
select
    n.app,
    n.connection,
    n.what,
    n.name,
    case when n.what = 'field' then count(distinct n.native_type) end as native_types,
    count(*) as events,
    min(n.event_time) as first_seen,
    max(n.event_time) as last_seen,
    max(n.landed_at) as landed_last,
    arg_max(n.event_id, (n.event_time, n.event_id)) as example
from named as n
group by n.app, n.connection, n.what, n.name
order by n.app, n.connection, n.what desc, events desc, n.name
