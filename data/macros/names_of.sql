-- title: Names of a person
-- grain: one person, in every app and under every address that goes with the name given
-- needs: who
-- parameters:
--   who: e-mail address, or the vendor's id, of the person
-- columns:
--   ids: the ids that the vendors give them
--   emails: their e-mail addresses, in lower case
select
    list_distinct(list_append(coalesce(k.ids, []), $who)) as ids,
    list_distinct(list_append(coalesce(k.emails, []), lower($who))) as emails
from (
    select list(distinct p.person_id) as ids, list(distinct lower(p.email)) as emails
    from people as p
    where lower(p.email) = lower($who)
        or p.person_id = $who
        or p.person_id in (select q.person_id from people as q where lower(q.email) = lower($who))
) as k
