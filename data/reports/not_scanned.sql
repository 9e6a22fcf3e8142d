-- title: Not scanned
-- grain: one branch that the app did not let the newest scan read: somebody's files, or a namespace
-- glance: connection, person, reason, branch
-- marks: scans
-- parameters:
--   since: only what was asked for from this moment on
--   until: only what was asked for before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   person: e-mail address of whose it is, where that is known
--   reason: why it could not be read
--   branch: what could not be read
--   asked_at: when we asked
with newest as (
    select s.app, s.connection, max(s.scan_started_at) as scan_started_at
    from listings as s
    group by all
)
select
    s.app, s.connection, coalesce(p.email, s.person_id) as person, s.reason, s.branch,
    s.fetched_at as asked_at
from listings as s
semi join newest as n
    on n.app = s.app and n.connection = s.connection and n.scan_started_at = s.scan_started_at
left join people_now as p
    on p.app = s.app and p.connection = s.connection and p.person_id = s.person_id
where s.state = 'refused'
    and is_of(s.app, s.connection, $app, $connection)
    and in_span(s.fetched_at, $since, $until)
order by s.app, s.connection, person, s.branch
