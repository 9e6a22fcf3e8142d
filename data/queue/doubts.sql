-- title: Doubts
-- grain: one connection whose answers have something to be said about them
-- reads: landings
-- parameters:
--   since: only days from this moment on; null for all
--   until: only days before this moment; null for all
-- columns:
--   app: cloud app
--   connection: connected tenant
--   repaired_days: days of which events had been missing until they were read again
--   repaired_events: how many events of each of these days
--   unknown: events whose type was new to us when they landed
with spans as (
    select
        l.app, l.connection, l.lane, l.rows, l.unknown,
        cast(l.window_start at time zone 'UTC' as date) as day
    from landings as l
    where ($since is null or l.last_event_time >= $since)
        and ($until is null or l.first_event_time < $until)
), days as (
    select s.app, s.connection, s.day, sum(s.rows) as events
    from spans as s
    where s.lane = 'reconcile' and s.rows > 0
    group by all
), repaired as (
    select
        d.app, d.connection, list(d.day order by d.day) as repaired_days,
        list(cast(d.events as bigint) order by d.day) as repaired_events
    from days as d
    group by all
), known as (
    select s.app, s.connection, cast(sum(s.unknown) as bigint) as unknown
    from spans as s
    group by all
)
select
    k.app, k.connection, coalesce(r.repaired_days, []) as repaired_days,
    coalesce(r.repaired_events, []) as repaired_events, k.unknown
from known as k
left join repaired as r on r.app = k.app and r.connection = k.connection
where k.unknown > 0 or len(r.repaired_days) > 0
order by k.app, k.connection
