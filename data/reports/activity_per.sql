-- title: Activity per hour, person, address …
-- grain: one hour, day, person, activity, address, country … of one connection, as `per` says
-- glance: each, connection, events, people, unauthenticated, failures, last_time
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
--   per: day (also if empty), hour, hour_of_day, weekday, person, activity, category, app, address, country or client
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
        case $per
            when 'hour' then epoch_us(e.event_time) // 3600000000
            when 'hour_of_day' then epoch_us(e.event_time) // 3600000000
            when 'person' then null
            when 'activity' then null
            when 'category' then null
            when 'app' then null
            when 'address' then null
            when 'country' then null
            when 'client' then null
            else 24 * (e.event_date - date '1970-01-01')
        end as hours,
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
    from events as e
    where ($app is null or e.app = $app)
        and ($connection is null or e.connection = $connection)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date))
        and ($since is null or e.event_time >= cast($since as timestamptz))
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date))
        and ($until is null or e.event_time < cast($until as timestamptz))
    group by all
), labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), named as (
    select
        c.*,
        make_timestamp(c.hours * 3600000000) as moment,
        case coalesce($per, 'day')
            when 'day' then strftime(moment, '%Y-%m-%d')
            when 'hour' then strftime(moment, '%Y-%m-%d %H:00')
            when 'hour_of_day' then strftime(moment, '%H:00')
            when 'weekday' then strftime(moment, '%u %A')
            when 'activity' then coalesce(labels.label, c.word)
            else c.word
        end as each
    from counted as c
    left join labels on $per = 'activity' and labels.activity = c.word
)
select
    n.each,
    n.app,
    n.connection,
    cast(sum(n.events) as bigint) as events,
    count(distinct n.person) as people,
    cast(sum(n.unauthenticated) as bigint) as unauthenticated,
    cast(sum(n.failures) as bigint) as failures,
    min(n.first_time) as first_time,
    max(n.last_time) as last_time
from named as n
where coalesce($per, 'day') in (
        'day', 'hour', 'hour_of_day', 'weekday', 'person', 'activity', 'category', 'app',
        'address', 'country', 'client'
    )
    or error(
        'There is no activity per ' || $per || '; there is one per day, hour, hour_of_day, weekday,'
        || ' person, activity, category, app, address, country and client'
    )
group by n.each, n.app, n.connection
order by
    case when coalesce($per, 'day') in ('day', 'hour') then n.each end desc,
    case when $per in ('hour_of_day', 'weekday') then n.each end,
    sum(n.events) desc, n.each, n.app, n.connection
