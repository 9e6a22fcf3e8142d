-- title: Freshness, in seconds
-- grain: one connection in one hour (UTC) in which events happened: how long each stage then took
-- rule: What happened before a connection's live lane first asked was never meant to be fresh.
-- glance: hour, connection, events, total_p50, total_p95, recorded_p95, fetched_p95, landed_p95, visible_p95
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   hour: the hour in which the events happened
--   app: cloud app
--   connection: connected tenant
--   events: how many events there were, of those that the live lane is answerable for
--   recorded_p50: seconds from happening until the app had written it down; half took no longer
--   recorded_p95: nineteen of twenty took no longer
--   fetched_p50: seconds from then (where the app does not say, from happening) until we had asked
--   fetched_p95: nineteen of twenty took no longer
--   landed_p50: seconds from then until it was committed to the lake
--   landed_p95: nineteen of twenty took no longer
--   visible_p50: seconds from then until `lake.duckdb` showed it; empty while it does not
--   visible_p95: nineteen of twenty took no longer
--   total_p50: seconds from happening to the last of these that is known
--   total_p95: nineteen of twenty took no longer
with began as (
    select l.app, l.connection, min(l.fetched_at) as live_since
    from landings as l
    where l.lane = 'live'
    group by all
), batches as (
    select distinct e.landed_at
    from events_as_told as e
    join began as b
        on b.app = e.app and b.connection = e.connection and e.event_time >= b.live_since
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
), moments as (
    select t.landed_at as moment, t.landed_at, null as published_at
    from batches as t
    union all
    select p.shows_until, null, p.published_at
    from publications as p
), shown as (
    -- A batch is visible with the first face that shows all until then.
    select
        m.landed_at,
        min(m.published_at) over (
            order by m.moment, m.published_at nulls first
            rows between current row and unbounded following
        ) as visible_at
    from moments as m
    qualify m.landed_at is not null
), stages as (
    select
        epoch_us(e.event_time) // 3600000000 as hour,
        e.app, e.connection,
        cast((epoch_us(e.recorded_at) - epoch_us(e.event_time)) / 1e6 as float) as recorded,
        cast((epoch_us(e.fetched_at) - epoch_us(coalesce(e.recorded_at, e.event_time))) / 1e6 as float) as fetched,
        cast((epoch_us(e.landed_at) - epoch_us(e.fetched_at)) / 1e6 as float) as landed,
        cast((epoch_us(s.visible_at) - epoch_us(e.landed_at)) / 1e6 as float) as visible,
        cast((epoch_us(coalesce(s.visible_at, e.landed_at)) - epoch_us(e.event_time)) / 1e6 as float) as total
    from events_as_told as e
    join began as b
        on b.app = e.app and b.connection = e.connection and e.event_time >= b.live_since
    left join shown as s on s.landed_at = e.landed_at
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
), measured as (
    select
        s.hour, s.app, s.connection, count(*) as events,
        quantile_cont(s.recorded, [0.5, 0.95]) as recorded,
        quantile_cont(s.fetched, [0.5, 0.95]) as fetched,
        quantile_cont(s.landed, [0.5, 0.95]) as landed,
        quantile_cont(s.visible, [0.5, 0.95]) as visible,
        quantile_cont(s.total, [0.5, 0.95]) as total
    from stages as s
    group by all
)
select
    make_timestamp(m.hour * 3600000000) at time zone 'UTC' as hour,
    m.app,
    m.connection,
    m.events,
    round(cast(m.recorded[1] as double), 1) as recorded_p50,
    round(cast(m.recorded[2] as double), 1) as recorded_p95,
    round(cast(m.fetched[1] as double), 1) as fetched_p50,
    round(cast(m.fetched[2] as double), 1) as fetched_p95,
    round(cast(m.landed[1] as double), 1) as landed_p50,
    round(cast(m.landed[2] as double), 1) as landed_p95,
    round(cast(m.visible[1] as double), 1) as visible_p50,
    round(cast(m.visible[2] as double), 1) as visible_p95,
    round(cast(m.total[1] as double), 1) as total_p50,
    round(cast(m.total[2] as double), 1) as total_p95
from measured as m
order by m.hour desc, m.app, m.connection
