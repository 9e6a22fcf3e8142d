-- title: Administrators' acts
-- grain: one event in which somebody acted as an administrator, newest first
-- rule: Whoever the app says acted as an administrator, and whoever changed what holds for all. What an administrator does with files of their own, without the rights of one, is in `activity`.
-- glance: time, admin, activity, about, connection, ip, country
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   time: when it happened
--   app: cloud app
--   connection: connected tenant
--   admin: who did it
--   activity: what was done, the same words for every app
--   category: kind of activity
--   about: the people, groups or item that it was done to, as far as the app names them
--   on_behalf_of: whom the administrator acted for
--   outcome: success or failure
--   ip: address that it came from
--   country: country of the address, by the app's lookup
--   native_type: the app's word for the type
--   details: what else the app tells, as JSON: policies say there what they were and became
--   event_id: identity of the event
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
)
select
    e.event_time as time,
    e.app,
    e.connection,
    coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') as admin,
    coalesce(labels.label, e.activity) as activity,
    e.category,
    coalesce(
        array_to_string([coalesce(p.email, p.name, p.id) for p in e.participants], ', '),
        e.item_path, e.item_name, e.item_id
    ) as about,
    coalesce(e.on_behalf_of_email, e.on_behalf_of_id) as on_behalf_of,
    e.outcome,
    e.ip,
    e.country,
    e.native_type,
    e.details,
    e.event_id
from events_as_told as e
left join labels on labels.activity = e.activity
where (e.actor_kind = 'admin' or e.category = 'admin_settings')
    and is_of(e.app, e.connection, $app, $connection)
    and on_days(e.event_date, day_of($since), day_of($until))
    and in_span(e.event_time, $since, $until)
order by e.event_time desc, e.event_id
