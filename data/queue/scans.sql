-- title: Scans
-- grain: one scan of the connection, oldest first
-- reads: listings
-- parameters:
--   app: cloud app
--   connection: connected tenant
-- columns:
--   started_at: when it began, by which it is known
--   done: has it come to its end?
--   open: branches found and not yet read to their end
--   closed: branches read to their end, or refused
--   seen: people, items and links seen
with branches as (
    select
        s.scan_started_at, s.branch, s.kind, sum(s.rows) as seen,
        bool_or(s.state in ('done', 'refused')) as closed
    from listings as s
    where s.app = $app and s.connection = $connection
    group by all
)
select
    b.scan_started_at as started_at,
    bool_or(b.kind = 'scan' and b.closed) as done,
    count(*) filter (b.kind <> 'scan' and not b.closed) as open,
    count(*) filter (b.kind <> 'scan' and b.closed) as closed,
    cast(sum(b.seen) as bigint) as seen
from branches as b
group by all
order by started_at
