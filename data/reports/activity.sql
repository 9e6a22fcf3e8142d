-- title: Activity
-- grain: one person doing one activity on one UTC day in one connection
-- glance: day, activity, person, app, events, items, last_time
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   day: UTC day
--   activity: what was done, the same words for every app
--   person: e-mail address, else the name or id that the app gives, else the kind of actor
--   app: cloud app
--   connection: connected tenant
--   events: how many events
--   items: how many different items
--   first_time: first of them on that day
--   last_time: last of them on that day
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), counted as (
    select
        e.event_date as day,
        e.activity,
        coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') as person,
        e.app,
        e.connection,
        count(*) as events,
        -- Hashes in a list cost less than half of what DuckDB takes to count different texts.
        len(list_distinct(list(
            case
                when coalesce(e.item_id, e.item_path, e.item_name) is not null
                then hash(coalesce(e.item_id, e.item_path, e.item_name))
            end
        ))) as items,
        min(e.event_time) as first_time,
        max(e.event_time) as last_time
    from events_as_told as e
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
    group by all
)
select
    c.day,
    coalesce(labels.label, c.activity) as activity,
    c.person,
    c.app,
    c.connection,
    c.events,
    c.items,
    c.first_time,
    c.last_time
from counted as c
left join labels on labels.activity = c.activity
order by c.day desc, c.events desc, c.person, activity, c.app, c.connection
