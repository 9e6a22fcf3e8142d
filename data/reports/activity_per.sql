-- title: Activity per hour, person, address …
-- grain: one hour, day, person, activity, address, country … of one connection, as `per` says
-- glance: each, connection, events, people, unauthenticated, failures, last_time
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
--   per: day (also if not given), hour, hour_of_day, weekday, person, activity, category, app, address, country or client
-- columns:
--   each: the day, the hour (UTC), the person and so on; empty where the app does not tell
--   app: cloud app
--   connection: connected tenant
--   events: how many events
--   people: how many different persons and programs, as far as the app names them
--   unauthenticated: how many of the events are of somebody who had not signed in
--   failures: how many of the events failed
--   first_time: first of them
--   last_time: last of them
with counted as (
    select
        case coalesce($per, 'day')
            when 'day' then e.event_date - date '1970-01-01'
            when 'hour' then epoch_us(e.event_time) // 3600000000
            when 'hour_of_day' then epoch_us(e.event_time) // 3600000000 % 24
            when 'weekday' then isodow(e.event_date)
        end as number,
        case $per
            when 'person'
                then coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')')
            when 'activity' then e.activity
            when 'category' then e.category
            when 'app' then e.app
            when 'address' then e.ip
            when 'country' then e.country
            when 'client' then e.client
        end as word,
        e.app,
        e.connection,
        coalesce(e.actor_email, e.actor_name, e.actor_id) as person,
        count(*) as events,
        count(*) filter (e.actor_kind = 'unauthenticated') as unauthenticated,
        count(*) filter (e.outcome = 'failure') as failures,
        min(e.event_time) as first_time,
        max(e.event_time) as last_time
    from events_as_told as e
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
    group by all
), summed as (
    select
        c.number, c.word, c.app, c.connection,
        cast(sum(c.events) as bigint) as events,
        count(c.person) as people,
        cast(sum(c.unauthenticated) as bigint) as unauthenticated,
        cast(sum(c.failures) as bigint) as failures,
        min(c.first_time) as first_time,
        max(c.last_time) as last_time
    from counted as c
    group by all
), labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), named as (
    select
        s.*,
        case coalesce($per, 'day')
            when 'day' then strftime(date '1970-01-01' + cast(s.number as int), '%Y-%m-%d')
            when 'hour' then strftime(make_timestamp(s.number * 3600000000), '%Y-%m-%d %H:00')
            when 'hour_of_day' then format('{:02}:00', s.number)
            -- The fifth was a Monday.
            when 'weekday' then strftime(date '1970-01-04' + cast(s.number as int), '%u %A')
            else coalesce(labels.label, s.word)
        end as each
    from summed as s
    left join labels on $per = 'activity' and labels.activity = s.word
)
select
    n.each,
    n.app,
    n.connection,
    n.events,
    n.people,
    n.unauthenticated,
    n.failures,
    n.first_time,
    n.last_time
from named as n
-- Asked of itself, so that an empty answer refuses what nobody knows as well.
join (
    select
        coalesce($per, 'day') in (
            'day', 'hour', 'hour_of_day', 'weekday', 'person', 'activity', 'category', 'app',
            'address', 'country', 'client'
        )
        or error(
            'There is no activity per ' || $per || '; there is one per day, hour, hour_of_day,'
            || ' weekday, person, activity, category, app, address, country and client'
        ) as known
) as p on p.known
order by
    case when coalesce($per, 'day') in ('day', 'hour') then n.each end desc,
    case when $per in ('hour_of_day', 'weekday') then n.each end,
    n.events desc, n.each, n.app, n.connection
