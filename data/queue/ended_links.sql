-- title: Ended links
-- grain: one link said to be there, although all links of its item were told without it
-- reads: links
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   items: the items whose links were all told
--   told: the links that were told
-- columns:
--   link_id: the link
--   item_id: the item that it opened
with latest as (
    select
        l.link_id, arg_max(l.item_id, l.observed_at) as item_id,
        arg_max(l.state, l.observed_at) as state
    from links as l
    where l.app = $app and l.connection = $connection
    group by all
)
select l.link_id, l.item_id
from latest as l
where l.state = 'present'
    and l.link_id not in (select unnest($told))
    and l.item_id in (select unnest($items))
order by l.link_id
