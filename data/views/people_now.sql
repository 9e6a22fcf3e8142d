-- title: People now
-- grain: one member, guest or collaborator as last observed
-- glance: email, name, kind, role, status, not_scanned
-- columns:
--   app: cloud app
--   connection: connected tenant
--   person_id: the vendor's id of the person, as in events
--   email: e-mail address
--   name: name as the vendor shows it
--   kind: member, external or invited
--   role: the vendor's word for the role
--   admin: does the role administer the tenant?
--   status: the vendor's word
--   joined_at: when the person joined
--   observed_at: when this was observed
--   not_scanned: why the newest scan could not look at what is theirs; null where it could
with latest as (
    select distinct on (p.app, p.connection, p.person_id) p.*
    from people as p
    order by p.app, p.connection, p.person_id, p.observed_at desc
), newest as (
    select s.app, s.connection, max(s.scan_started_at) as scan_started_at
    from listings as s
    group by all
), refused as (
    select s.app, s.connection, s.person_id, any_value(s.reason) as reason
    from listings as s
    semi join newest as n
        on n.app = s.app and n.connection = s.connection and n.scan_started_at = s.scan_started_at
    where s.state = 'refused'
    group by all
)
select
    l.app, l.connection, l.person_id, l.email, l.name, l.kind, l.role, l.admin, l.status,
    l.joined_at, l.observed_at, r.reason as not_scanned
from latest as l
left join refused as r
    on r.app = l.app and r.connection = l.connection and r.person_id = l.person_id
