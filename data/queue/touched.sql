-- title: Touched items
-- grain: one item that a modifying activity changed after it was last observed, newest change first
-- reads: events, activities, items
-- parameters:
--   app: cloud app
--   connection: connected tenant
--   since: when the newest whole scan began; a change from before is seen by that scan itself
-- columns:
--   item_id: the item
--   root_id: the tree in which it was last observed; null if it never was
--   known: was it there when it was last observed?
--   changed_at: event_time of its newest change
--   event: the vendor's JSON about that change
with changes as (
    select unnest(e.item_ids) as item_id, e.event_time, e.landed_at, e.raw
    from events_as_told as e
    where e.app = $app
        and e.connection = $connection
        and e.event_date >= cast($since at time zone 'UTC' as date)
        and e.event_time >= $since
        and e.item_kind in ('file', 'folder', 'web_link')
        and e.native_type in (
            select a.native_type from activities as a where a.app = $app and a.modifies_item
        )
), seen as (
    select
        i.item_id, max(i.observed_at) as observed_at, arg_max(i.root_id, i.observed_at) as root_id,
        arg_max(i.state, i.observed_at) as state
    from items as i
    where i.app = $app
        and i.connection = $connection
        and i.item_id in (select c.item_id from changes as c)
    group by all
)
select
    c.item_id, any_value(s.root_id) as root_id,
    coalesce(any_value(s.state) = 'present', false) as known, max(c.event_time) as changed_at,
    arg_max(c.raw, c.event_time) as event
from changes as c
left join seen as s on s.item_id = c.item_id
-- An event that had landed when we asked is in what we saw. One that landed later may have happened
-- before we asked; clocks differ by no more than the API test lets pass.
where s.observed_at is null
    or (c.landed_at > s.observed_at and c.event_time > s.observed_at - interval 2 minutes)
group by c.item_id
order by changed_at desc, c.item_id
