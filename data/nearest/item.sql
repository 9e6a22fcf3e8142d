-- title: Which item may have been meant
-- grain: one item that the lake knows by this id, path or name, or by one that is like it
-- reads: items, events
-- parameters:
--   which: what was asked for
-- columns:
--   name: path, else name, else id
--   same: whether it is what was asked for
with known as (
    select i.item_id as id, i.path, i.name from items as i
    union
    select e.item_id, e.item_path, e.item_name from events_as_told as e
    union
    select unnest(e.item_ids), null, null from events_as_told as e where len(e.item_ids) > 1
), likeness as (
    select
        coalesce(k.path, k.name, k.id) as name,
        coalesce($which in (k.id, k.path, k.name), false) as same,
        case
            when lower($which) in (lower(k.path), lower(k.name)) then 1
            when contains(lower(coalesce(k.path, k.name)), lower($which)) then 0.95
            else jaro_winkler_similarity(lower($which), lower(coalesce(k.name, k.path)))
        end as likeness
    from known as k
)
select l.name, bool_or(l.same) as same
from likeness as l
where l.name is not null and (l.same or (l.likeness >= 0.85 and length($which) > 2))
group by l.name
order by bool_or(l.same) desc, max(l.likeness) desc, length(l.name), l.name
limit 3
