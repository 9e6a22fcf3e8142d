-- title: First-time activities
-- grain: one person's first event of one activity in one connection, rarest activity first
-- rule: What somebody does in the first 7 days that the lake knows of them is left out: it is new to the lake, not to them.
-- glance: first_time, person, activity, app, others_before, known_days, events, ip, item
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   first_time: when the person did it for the first time, as far as the lake goes back
--   person: e-mail address, else the name or id that the app gives
--   activity: what was done, the same words for every app
--   app: cloud app
--   connection: connected tenant
--   others_before: how many others of the connection had done it before; 0: nobody ever had
--   known_days: how many days before that the person was first seen
--   events: how often the person has done it since, up to the end of the span
--   ip: address that the first one came from
--   country: country of the address, by the app's lookup
--   item: the item of the first one
--   event_id: identity of the first one
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), firsts as (
    select
        e.app, e.connection, e.activity,
        coalesce(e.actor_email, e.actor_name, e.actor_id) as person,
        min(e.event_time) as first_time,
        count(*) as events
    from events_as_told as e
    where coalesce(e.actor_email, e.actor_name, e.actor_id) is not null
        and is_of(e.app, e.connection, $app, $connection)
        and ($until is null
            or e.event_date <= day_of($until))
        and ($until is null or e.event_time < moment_of($until))
    group by all
), ranked as (
    select
        f.*,
        rank() over (partition by f.app, f.connection, f.activity order by f.first_time) - 1
            as others_before,
        min(f.first_time) over (partition by f.app, f.connection, f.person) as seen_first
    from firsts as f
), told as (
    select r.*
    from ranked as r
    where r.first_time >= r.seen_first + interval 7 days
        and ($since is null or r.first_time >= moment_of($since))
)
select
    t.first_time,
    t.person,
    coalesce(labels.label, t.activity) as activity,
    t.app,
    t.connection,
    t.others_before,
    cast(floor(epoch(t.first_time - t.seen_first) / 86400) as bigint) as known_days,
    t.events,
    min_by(e.ip, e.event_id) as ip,
    min_by(e.country, e.event_id) as country,
    min_by(coalesce(e.item_path, e.item_name), e.event_id) as item,
    min(e.event_id) as event_id
from told as t
join events_as_told as e
    on e.app = t.app and e.connection = t.connection and e.activity = t.activity
    and e.event_time = t.first_time
    and e.event_date = cast(t.first_time at time zone 'UTC' as date)
    and coalesce(e.actor_email, e.actor_name, e.actor_id) = t.person
left join labels on labels.activity = t.activity
where is_of(e.app, e.connection, $app, $connection)
    and on_days(e.event_date, day_of($since), day_of($until))
    and ($until is null or e.event_time < moment_of($until))
group by all
order by t.others_before, t.first_time desc, t.person, activity, t.app, t.connection
