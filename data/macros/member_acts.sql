-- title: Acts of members
-- grain: one event of a member who had signed in
-- parameters:
--   since: only from three weeks before this moment on
--   until: only until a week after this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   net: hash of app, connection and network (network_of the address); null where none is told
--   person: hash of app, connection and the member's e-mail address
--   thing: hash of app, connection and the item, else its path or name
--   at: when it happened
--   day: its UTC day
--   signs_in: was it a sign-in?
with ours as (
    select distinct domain_of(p.app, p.connection, p.email) as domain
    from people_now as p
    where p.kind = 'member' and p.email is not null
)
select
    case when e.ip is not null then hash(e.app, e.connection, network_of(e.ip)) end as net,
    hash(e.app, e.connection, lower(e.actor_email)) as person,
    hash(e.app, e.connection, coalesce(e.item_id, e.item_path, e.item_name)) as thing,
    e.event_time as at,
    e.event_date as day,
    e.activity = 'sign_in' as signs_in
from events_as_told as e
where e.authenticated
    and e.actor_email is not null
    and (
        e.actor_kind in ('member', 'admin')
        or case
            when e.actor_kind = 'unknown' then domain_of(e.app, e.connection, e.actor_email)
        end in (select ours.domain from ours)
    )
    and is_of(e.app, e.connection, $app, $connection)
    and on_days(e.event_date, day_of($since) - 21, day_of($until) + 7)
