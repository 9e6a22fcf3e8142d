-- title: Coverage
-- grain: one UTC day of one connection: which lanes have read it, what is missing, what was repaired
-- glance: connection, day, state, history_hours, live_hours, reconciled_at, gaps, events, repaired
-- parameters:
--   since: only days from this one on
--   until: only days before this one, or up to it if it is no midnight
--   app: only this app
--   connection: only this connection
-- columns:
--   day: UTC day of event_time
--   app: cloud app
--   connection: connected tenant
--   state: reconciled, complete (all of it was read), begins (all of it since reading began), open (today), or gaps
--   history_hours: how much of it the history lane has read
--   live_hours: how much of it the live lane has read
--   reconciled_at: when it was last read again whole and compared
--   in_log: how many events the app's log had of it then
--   gap_hours: how much of it no lane has read
--   gaps: when that was, from and to
--   events: how many events of it are in the lake
--   repaired: how many of them were missing until the day was read again
--   unknown: how many are of a type that was new to us
--   landed_last: when the last of them landed: those of a closed day came late
with shown as (
    select l.*
    from landings as l
    where is_of(l.app, l.connection, $app, $connection)
), windows as (
    select
        s.app, s.connection, s.lane, s.window_start as began, s.window_end as ended,
        arg_max(s.done, s.n) as done
    from shown as s
    where s.lane in ('history', 'reconcile') and s.window_start is not null
        and s.window_end is not null
    group by all
), read as (
    select w.app, w.connection, w.lane, w.began, w.ended
    from windows as w
    where w.done
    union all
    -- What the live lane has asked for when it had caught up reaches from its beginning to then.
    select s.app, s.connection, 'live', s.window_start, max(s.fetched_at)
    from shown as s
    where s.lane = 'live' and s.done and s.window_start is not null
    group by all
), spanned as (
    select
        w.app, w.connection, min(w.began) as first_moment,
        cast(min(w.began) at time zone 'UTC' as date) as first_day,
        cast(greatest(max(w.ended) - interval 1 microsecond, now()) at time zone 'UTC' as date)
            as last_day
    from read as w
    group by all
), days as (
    select
        s.app, s.connection, s.first_moment, cast(d.day as date) as day,
        cast(d.day as timestamp) at time zone 'UTC' as begins,
        -- Of today only what is over.
        least((cast(d.day as timestamp) + interval 1 day) at time zone 'UTC', now()) as ends
    from spanned as s, generate_series(s.first_day, s.last_day, interval 1 day) as d(day)
    where ($since is null
            or d.day >= day_of($since))
        and ($until is null or cast(d.day as timestamp) at time zone 'UTC' < moment_of($until))
), clipped as (
    select
        d.app, d.connection, d.day, unnest([w.lane, 'any']) as lane,
        greatest(w.began, d.begins) as began, least(w.ended, d.ends) as ended
    from days as d
    join read as w
        on w.app = d.app and w.connection = d.connection and w.began < d.ends and w.ended > d.begins
), reached as (
    -- In the order of their beginnings: how far the spans before have reached.
    select
        c.*,
        max(c.ended) over (
            partition by c.app, c.connection, c.day, c.lane order by c.began, c.ended
            rows between unbounded preceding and 1 preceding
        ) as so_far
    from clipped as c
), hours as (
    select
        r.app, r.connection, r.day, r.lane, max(r.ended) as ended, min(r.began) as began,
        sum(greatest(
            epoch_us(r.ended) - epoch_us(greatest(r.began, coalesce(r.so_far, r.began))), 0
        )) as micros,
        list(
            strftime(r.so_far at time zone 'UTC', '%H:%M') || ' to '
                || strftime(r.began at time zone 'UTC', '%H:%M') order by r.began
        ) filter (r.began > r.so_far) as between
    from reached as r
    group by all
), held as (
    select
        e.app, e.connection, e.event_date as day, count(*) as events,
        count(*) filter (e.activity = 'unknown') as unknown, max(e.landed_at) as landed_last
    from events_as_told as e
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
    group by all
), again as (
    select
        r.app, r.connection, r.day, max(r.reconciled_at) as reconciled_at,
        arg_max(r.in_log, r.reconciled_at) as in_log, cast(sum(r.repaired) as bigint) as repaired
    from reconciled as r
    group by all
), told as (
    select
        d.app, d.connection, d.day,
        d.ends < now() as closed,
        d.begins < d.first_moment and y.between is null and y.ended >= d.ends as begins,
        coalesce(h.micros, 0) / 3.6e9 as history_hours,
        coalesce(l.micros, 0) / 3.6e9 as live_hours,
        (epoch_us(d.ends) - epoch_us(d.begins) - coalesce(y.micros, 0)) / 3.6e9 as gap_hours,
        nullif(array_to_string(list_concat(
            case
                when y.began is null
                then ['all']
                else case when y.began > d.begins then ['00:00 to ' || strftime(y.began at time zone 'UTC', '%H:%M')] else [] end
            end,
            coalesce(y.between, []),
            case
                when y.ended < d.ends
                then [strftime(y.ended at time zone 'UTC', '%H:%M') || ' to ' || case when d.ends < now() then '24:00' else strftime(d.ends at time zone 'UTC', '%H:%M') end]
                else []
            end
        ), ', '), '') as gaps
    from days as d
    left join hours as h
        on h.app = d.app and h.connection = d.connection and h.day = d.day and h.lane = 'history'
    left join hours as l
        on l.app = d.app and l.connection = d.connection and l.day = d.day and l.lane = 'live'
    left join hours as y
        on y.app = d.app and y.connection = d.connection and y.day = d.day and y.lane = 'any'
)
select
    t.day,
    t.app,
    t.connection,
    case
        when not t.closed then 'open'
        when t.begins then 'begins'
        when t.gap_hours > 0 then 'gaps'
        when a.reconciled_at is not null then 'reconciled'
        else 'complete'
    end as state,
    round(t.history_hours, 2) as history_hours,
    round(t.live_hours, 2) as live_hours,
    a.reconciled_at,
    a.in_log,
    round(t.gap_hours, 2) as gap_hours,
    case when t.gap_hours > 0 then t.gaps end as gaps,
    coalesce(e.events, 0) as events,
    coalesce(a.repaired, 0) as repaired,
    coalesce(e.unknown, 0) as unknown,
    e.landed_last
from told as t
left join held as e on e.app = t.app and e.connection = t.connection and e.day = t.day
left join again as a on a.app = t.app and a.connection = t.connection and a.day = t.day
order by t.day desc, t.app, t.connection
