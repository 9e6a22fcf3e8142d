-- title: Days of guests
-- grain: one link, or item, opened from one address on one day by somebody who did not sign in
-- parameters:
--   since: only from a fortnight before this moment on
--   until: only until a week after this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   net: hash of app, connection and network (network_of the address)
--   day: UTC day
--   opened: hash of app, connection and what was opened: the link, else the item, its path or name
--   opened_before: the day on which it was opened from there before
--   owner_before: the day on which a link or item of this owner was opened from there before
select
    g.net, g.day, g.opened,
    lag(g.day) over (partition by g.net, g.opened order by g.day) as opened_before,
    lag(g.day) over (partition by g.net, g.owner order by g.day) as owner_before
from (
    select
        hash(e.app, e.connection, network_of(e.ip)) as net,
        e.event_date as day,
        hash(e.app, e.connection, coalesce(e.link_id, e.item_id, e.item_path, e.item_name))
            as opened,
        min(hash(lower(e.item_owner_email))) as owner
    from events_as_told as e
    where e.actor_kind = 'unauthenticated'
        and e.ip is not null
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since) - 14, day_of($until) + 7)
    group by all
) as g
