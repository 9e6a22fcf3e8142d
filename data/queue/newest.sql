-- title: Newest landings
-- grain: one day of event time into which events of the connection have landed
-- reads: events
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   since: only days from this one on
-- columns:
--   day: UTC day of event_time
--   landed_at: when the newest of its events was committed to the lake
select e.event_date as day, max(e.landed_at) as landed_at
from events_as_told as e
where e.app = $app and e.connection = $connection and e.event_date >= $since
group by all
