-- title: Unseen items
-- grain: one item that is said to be there and that this scan has not come across, stalest first
-- reads: items, listings
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   scan: when the scan began
-- columns:
--   item_id: the item
--   root_id: the tree in which it was last observed
with latest as (
    select
        i.item_id, max(i.observed_at) as observed_at, arg_max(i.state, i.observed_at) as state,
        arg_max(i.root_id, i.observed_at) as root_id
    from items as i
    where i.app = $app and i.connection = $connection
    group by all
), refused as (
    select s.person_id
    from listings as s
    where s.app = $app
        and s.connection = $connection
        and s.scan_started_at = $scan
        and s.state = 'refused'
        and s.person_id is not null
)
select l.item_id, l.root_id
from latest as l
where l.state = 'present'
    and l.observed_at < $scan
    and coalesce(l.root_id, '') not in (select r.person_id from refused as r)
order by l.observed_at, l.item_id
