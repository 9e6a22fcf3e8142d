-- title: Who may have been meant
-- grain: one person whom the lake knows by this address or id, or by one that is like it
-- reads: people, events
-- parameters:
--   who: what was asked for
-- columns:
--   name: e-mail address, else id
--   same: whether it is what was asked for, but for its case
with everybody as (
    select lower(p.email) as email, p.person_id as id, p.name from people as p
    union
    select lower(e.actor_email), e.actor_id, e.actor_name from events_as_told as e
    union
    select lower(e.on_behalf_of_email), e.on_behalf_of_id, null from events_as_told as e
    union
    select lower(t.person.email), t.person.id, t.person.name
    from (select unnest(e.participants) as person from events_as_told as e) as t
), addresses as (
    select o.id, min(o.email) as email from everybody as o group by o.id
), likeness as (
    select
        coalesce(o.email, a.email, o.id) as name,
        coalesce(lower($who) = o.email or $who = o.id, false) as same,
        greatest(
            jaro_winkler_similarity(lower($who), coalesce(o.email, '')),
            jaro_winkler_similarity(lower($who), split_part(coalesce(o.email, ''), '@', 1)),
            jaro_winkler_similarity(lower($who), lower(coalesce(o.name, ''))),
            case when contains(coalesce(o.email, ''), lower($who)) then 0.95 else 0 end,
            case when contains(lower(coalesce(o.name, '')), lower($who)) then 0.95 else 0 end
        ) as likeness
    from everybody as o
    left join addresses as a on a.id = o.id
    where coalesce(o.email, o.id) is not null
)
select l.name, bool_or(l.same) as same
from likeness as l
where l.same or (l.likeness >= 0.85 and length($who) > 2)
group by l.name
order by bool_or(l.same) desc, max(l.likeness) desc, l.name
limit 3
