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
    select list(distinct r.person_id) as ids, list(distinct r.email) as emails
    from (
        with recursive reached as (
            select p.app, p.person_id, lower(p.email) as email
            from people as p
            where lower(p.email) = lower($who) or p.person_id = $who
            union
            select p.app, p.person_id, lower(p.email)
            from reached as r
            join people as p
                on (p.app = r.app and p.person_id = r.person_id) or lower(p.email) = r.email
        )
        select reached.person_id, reached.email from reached
    ) as r
) as k
