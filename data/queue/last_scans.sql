-- title: Last scans
-- grain: one connection that was scanned, and how far its newest scan has come
-- reads: listings
-- columns:
--   app: cloud app
--   connection: connected tenant
--   started_at: when the newest scan began
--   done_at: when it ended; null while it is under way
--   closed: branches read to their end, or refused
--   found: branches found
--   refused: branches that the app does not let us read
with branches as (
    select
        s.app, s.connection, s.scan_started_at, s.branch, s.kind,
        bool_or(s.state in ('done', 'refused')) as closed, bool_or(s.state = 'refused') as refused,
        max(s.landed_at) as landed_at
    from listings as s
    group by all
), scans as (
    select
        b.app, b.connection, b.scan_started_at as started_at,
        max(b.landed_at) filter (b.kind = 'scan' and b.closed) as done_at,
        count(*) filter (b.kind <> 'scan' and b.closed) as closed,
        count(*) filter (b.kind <> 'scan') as found,
        count(*) filter (b.refused) as refused
    from branches as b
    group by all
)
select distinct on (n.app, n.connection) n.*
from scans as n
order by n.app, n.connection, n.started_at desc
