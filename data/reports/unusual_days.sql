-- title: Unusual days
-- grain: one person on one UTC day with far more events than that person has, most unusual first
-- rule: At least 20 events, at least 3 times the median of the days with any event among the 28 days before, and more than the most of them; whoever has fewer than 5 such days is not judged. The day itself is not part of what it is compared with. The last day may still grow.
-- glance: day, person, connection, events, usual, times, mostly, mostly_events, addresses
-- parameters:
--   since: only days from this one on, each as a whole
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   day: UTC day
--   person: e-mail address, else the name or id that the app gives, else the kind of actor
--   app: cloud app
--   connection: connected tenant
--   events: how many events that day
--   usual: the median of the person's days with any event, of the 28 days before
--   usual_most: the most of these days
--   days_before: how many days with any event there were in those 28
--   times: events divided by usual
--   mostly: the activity with most events that day
--   mostly_events: how many events of it
--   addresses: from how many addresses
--   first_time: first event of that day
--   last_time: last event of that day
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), did as (
    select
        e.event_date as day, e.app, e.connection, e.activity,
        coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') as person,
        count(*) as events,
        min(e.event_time) as first_time,
        max(e.event_time) as last_time
    from events_as_told as e
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since) - 28, day_of($until))
        and ($until is null or e.event_time < moment_of($until))
    group by all
), days as (
    select
        d.day, d.app, d.connection, d.person,
        cast(sum(d.events) as bigint) as events,
        arg_max(d.activity, (d.events, d.activity)) as mostly,
        max(d.events) as mostly_events,
        min(d.first_time) as first_time,
        max(d.last_time) as last_time
    from did as d
    group by all
), compared as (
    select
        d.*,
        quantile_cont(d.events, 0.5) over before as usual,
        max(d.events) over before as usual_most,
        count(*) over before as days_before
    from days as d
    window before as (
        partition by d.app, d.connection, d.person order by d.day
        range between interval 28 days preceding and interval 1 day preceding
    )
), unusual as (
    select c.*
    from compared as c
    where c.events >= 20
        and c.days_before >= 5
        and c.events >= 3 * c.usual
        and c.events > c.usual_most
        and ($since is null
            or c.day >= day_of($since))
)
select
    u.day,
    u.person,
    u.app,
    u.connection,
    u.events,
    u.usual,
    u.usual_most,
    u.days_before,
    round(u.events / u.usual, 1) as times,
    coalesce(labels.label, u.mostly) as mostly,
    u.mostly_events,
    count(distinct e.ip) as addresses,
    u.first_time,
    u.last_time
from unusual as u
join events_as_told as e
    on e.app = u.app and e.connection = u.connection and e.event_date = u.day
    and coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') = u.person
left join labels on labels.activity = u.mostly
where is_of(e.app, e.connection, $app, $connection)
    and on_days(e.event_date, day_of($since), day_of($until))
    and ($until is null or e.event_time < moment_of($until))
group by all
order by times desc, u.day desc, u.person, u.app, u.connection
