-- title: How much of each day was read
-- grain: one UTC day of one connection, of the last 92
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   connection: connected tenant
--   day: UTC day
--   state: reconciled, complete, open (today), or gaps
--   gap_hours: how much of it no lane has read
select c.connection, c.day, c.state, c.gap_hours
from coverage(
    since := $since, until := $until, app := $app, connection := $connection
) as c
qualify dense_rank() over (order by c.day desc) <= 92
order by c.connection, c.day
