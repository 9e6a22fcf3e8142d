-- title: Events
-- grain: one entry of a vendor's audit log
-- columns:
--   actor_kind: as the vendor told, else, of who signed in, decided by the members that scans have seen
-- Only of who signed in, by an id or an address, anything is decided here: whoever has neither is of
-- the kind that was told. So the join has no key for all others, and costs them nothing.
with persons as (
    select p.app, p.connection, p.person_id, p.kind
    from people_now as p
), ours as (
    select list(distinct domain_of(p.app, p.connection, p.email)) as domains
    from people_now as p
    where p.kind = 'member' and p.email is not null
), listed as (
    select map(list(l.source), list(l.members_at)) as members_at
    from (
        select s.app || '/' || s.connection as source, max(s.fetched_at) as members_at
        from listings as s
        where s.kind = 'people' and s.state = 'done'
        group by all
    ) as l
), doubtful as (
    select
        e.*,
        e.actor_kind = 'unknown'
            and coalesce(e.authenticated, false)
            and (e.actor_id is not null or e.actor_email is not null) as in_doubt
    from events_as_told as e
), judged as (
    select
        e.* exclude (in_doubt),
        case
            when not e.in_doubt then e.actor_kind
            when p.kind = 'member' then 'member'
            when p.kind is not null then 'external'
            -- Whoever has a member's address was one, even when the directory no longer knows them.
            when contains(o.domains, domain_of(e.app, e.connection, e.actor_email)) then 'member'
            when e.event_time < l.members_at[e.app || '/' || e.connection] then 'external'
            else 'unknown'
        end as judged_kind
    from doubtful as e
    left join persons as p
        on p.app = e.app and p.connection = e.connection
        and p.person_id = case when e.in_doubt then e.actor_id end
    cross join ours as o
    cross join listed as l
)
select
    j.* exclude (judged_kind)
        replace (
            j.judged_kind as actor_kind,
            case when j.judged_kind = 'external' then true else j.external end as external
        )
from judged as j
