-- title: Sign-in failures
-- grain: one address on one UTC day, from which signing in to one connection failed
-- rule: Whoever signs in after failing has found the right password, or somebody else has.
-- glance: day, ip, failures, people, tried, signed_in_after, last_failure, country
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   day: UTC day
--   app: cloud app
--   connection: connected tenant
--   ip: address; empty where the app does not tell
--   country: country of the address, by the app's lookup
--   failures: how often signing in failed
--   people: how many different people were tried, as far as the app names them
--   tried: the three of them tried most often
--   first_failure: first failure
--   last_failure: last failure
--   signed_in: how many people signed in from there that day
--   signed_in_after: who was tried there in vain and signed in there later that day
with tries as (
    select
        e.event_date as day, e.app, e.connection, e.ip, e.country,
        e.event_time, lower(coalesce(e.actor_email, e.actor_name, e.actor_id)) as person,
        e.outcome = 'failure' as failed
    from events_as_told as e
    where e.category = 'sign_in'
        and e.activity in (
            select a.activity from activities as a where a.ocsf_class = 3002 and a.ocsf_activity = 1
        )
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
), persons as (
    select
        t.day, t.app, t.connection, t.ip, t.person,
        max(t.country) as country,
        count(*) filter (t.failed) as failures,
        min(t.event_time) filter (t.failed) as first_failure,
        max(t.event_time) filter (t.failed) as last_failure,
        max(t.event_time) filter (not t.failed) as last_success
    from tries as t
    group by all
)
select
    p.day,
    p.app,
    p.connection,
    p.ip,
    max(p.country) as country,
    cast(sum(p.failures) as bigint) as failures,
    count(p.person) filter (p.failures > 0) as people,
    array_to_string(
        list(p.person order by p.failures desc, p.person)
            filter (p.failures > 0 and p.person is not null)[:3],
        ', '
    ) as tried,
    min(p.first_failure) as first_failure,
    max(p.last_failure) as last_failure,
    count(p.person) filter (p.last_success is not null) as signed_in,
    array_to_string(
        list(p.person order by p.person)
            filter (p.last_success > p.first_failure and p.person is not null),
        ', '
    ) as signed_in_after
from persons as p
group by all
having sum(p.failures) > 0
order by p.day desc, people desc, sum(p.failures) desc, p.app, p.connection, p.ip
