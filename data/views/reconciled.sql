-- title: Reconciled days
-- grain: one closed day of one connection, each time that it was read again from the vendor's log
-- glance: connection, day, in_lake, in_log, repaired, complete_since
-- columns:
--   app: cloud app
--   connection: connected tenant
--   day: UTC day of event_time
--   in_lake: its events that the other lanes had landed before
--   in_log: its events in the vendor's log
--   repaired: events that were missing from the lake, and are in it now
--   complete_since: all that the vendor's log had of the day at this moment is in the lake
--   reconciled_at: when the day had been read to its end
--   notes: what was healed on the way; null where nothing was
with steps as (
    select
        l.*,
        -- A reading that was killed goes with the one after it, which came to the end.
        count(*) filter (l.done) over (
            partition by l.app, l.connection, l.window_start
            order by l.n rows between unbounded preceding and 1 preceding
        ) as ended_before
    from landings as l
    where l.lane = 'reconcile'
)
select
    s.app, s.connection, cast(s.window_start at time zone 'UTC' as date) as day,
    arg_min(s.in_lake, s.n) as in_lake, max(s.in_log) as in_log,
    cast(sum(s.rows) as bigint) as repaired, min(s.fetched_at) as complete_since,
    max(s.landed_at) as reconciled_at, string_agg(distinct s.note, '; ') as notes
from steps as s
group by s.app, s.connection, s.window_start, s.ended_before
having bool_or(s.done)
