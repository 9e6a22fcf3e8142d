-- title: Ended links
-- grain: one link said to be there, although all links of its item or owner were told without it
-- reads: links
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   items: the items whose links were all told
--   people: the people whose links were all told, in the whole of the scan
--   told: the links that were told
--   scan: when the scan began
-- columns:
--   link_id: the link
--   item_id: the item that it opened
with latest as (
    select
        l.link_id, arg_max(l.item_id, l.observed_at) as item_id,
        arg_max(l.owner_id, l.observed_at) as owner_id, max(l.observed_at) as observed_at,
        arg_max(l.state, l.observed_at) as state
    from links as l
    where l.app = $app and l.connection = $connection
    group by all
)
select l.link_id, l.item_id
from latest as l
where l.state = 'present'
    and l.link_id not in (select unnest($told))
    and (
        l.item_id in (select unnest($items))
        or (l.owner_id in (select unnest($people)) and l.observed_at < $scan)
    )
order by l.link_id
