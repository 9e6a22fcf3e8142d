-- title: Unseen links
-- grain: one link said to be there that this scan, which is whole, has not come across
-- reads: links, items, listings
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   scan: when the scan began
-- columns:
--   link_id: the link
--   item_id: the item that it opened
with latest as (
    select
        l.link_id, max(l.observed_at) as observed_at, arg_max(l.state, l.observed_at) as state,
        arg_max(l.item_id, l.observed_at) as item_id, arg_max(l.owner_id, l.observed_at) as owner_id
    from links as l
    where l.app = $app and l.connection = $connection
    group by all
), refused as (
    select s.person_id
    from listings as s
    where s.app = $app
        and s.connection = $connection
        and s.scan_started_at = $scan
        and s.state = 'refused'
        and s.person_id is not null
), closed as (
    select i.item_id
    from items as i
    where i.app = $app and i.connection = $connection
    group by i.item_id
    having arg_max(i.root_id, i.observed_at) in (select r.person_id from refused as r)
)
select l.link_id, l.item_id
from latest as l
where l.state = 'present'
    and l.observed_at < $scan
    and coalesce(l.owner_id, '') not in (select r.person_id from refused as r)
    and l.item_id not in (select c.item_id from closed as c)
order by l.link_id
