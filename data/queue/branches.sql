-- title: Branches
-- grain: one branch that the scan has found, in the order of finding
-- reads: listings
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   scan: when the scan began
-- columns:
--   branch: the branch
--   kind: people, roots, links or tree
--   about: what the connector needs to list it
--   person_id: whose it is
--   cursor: where to go on; null at its beginning
--   reopened: has somebody asked for it to be read once more?
--   closed: has it been read to its end, or refused, since then?
select
    s.branch, any_value(s.kind) as kind, any_value(s.about) as about,
    any_value(s.person_id) as person_id, arg_max(s.cursor, s.landed_at) as cursor,
    bool_or(s.state = 'reopened') as reopened,
    coalesce(
        max(s.landed_at) filter (s.state in ('done', 'refused'))
            >= max(case when s.state = 'reopened' then s.landed_at else '-infinity' end),
        false
    ) as closed
from listings as s
where s.app = $app
    and s.connection = $connection
    and s.scan_started_at = $scan
    and s.kind <> 'scan'
group by s.branch
order by min(s.landed_at), s.branch
