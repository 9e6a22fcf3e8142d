-- title: Changed to rescanned
-- grain: one connection on one UTC day: how soon changed items were looked at again
-- glance: day, connection, items, p50_seconds, p95_seconds, longest_seconds
-- marks: scans
-- parameters:
--   since: only changes from this moment on
--   until: only changes before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   day: UTC day of the change
--   app: cloud app
--   connection: connected tenant
--   items: how many changed items were looked at again because an event said so
--   p50_seconds: half of them within so many seconds of the change, the app's own delay included
--   p95_seconds: nineteen of twenty within so many seconds
--   longest_seconds: the one that took longest
select
    cast(i.touched_at at time zone 'UTC' as date) as day,
    i.app,
    i.connection,
    count(*) as items,
    round(quantile_cont(epoch(i.observed_at - i.touched_at), 0.5), 1) as p50_seconds,
    round(quantile_cont(epoch(i.observed_at - i.touched_at), 0.95), 1) as p95_seconds,
    round(max(epoch(i.observed_at - i.touched_at)), 1) as longest_seconds
from items as i
where i.touched_at is not null
    and is_of(i.app, i.connection, $app, $connection)
    and in_span(i.touched_at, $since, $until)
group by all
order by day desc, i.app, i.connection
