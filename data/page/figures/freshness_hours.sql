-- title: How soon events could be seen
-- grain: one connection in one of the last 168 hours in which events happened
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   connection: connected tenant
--   hour: UTC hour in which they happened
--   half: seconds from happening to being visible; half took no longer
--   nineteen_of_twenty: seconds that nineteen of twenty took no longer than
select
    f.connection, f.hour, f.total_p50 as half, f.total_p95 as nineteen_of_twenty
from freshness(
    since := $since, until := $until, app := $app, connection := $connection
) as f
where f.total_p95 is not null
qualify row_number() over (partition by f.app, f.connection order by f.hour desc) <= 168
order by f.connection, f.hour
