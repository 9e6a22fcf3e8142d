-- title: Events over time
-- grain: one UTC day; a week where the span has more than 120 days, a month where more than 840
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   begins: first day
--   unauthenticated: events of somebody who had not signed in
--   others: all others
with days as (
    select cast(a.each as date) as day, a.events, a.unauthenticated
    from activity_per(
        since := $since, until := $until, app := $app, connection := $connection, per := 'day'
    ) as a
), spanned as (
    select
        min(d.day) as first_day,
        max(d.day) as last_day,
        case
            when max(d.day) - min(d.day) > 840 then 'month'
            when max(d.day) - min(d.day) > 120 then 'week'
            else 'day'
        end as step
    from days as d
), steps as (
    select distinct date_trunc(s.step, cast(d.day as date)) as begins
    from spanned as s, generate_series(s.first_day, s.last_day, interval 1 day) as d(day)
)
select
    cast(t.begins as date) as begins,
    cast(coalesce(sum(d.unauthenticated), 0) as bigint) as unauthenticated,
    cast(coalesce(sum(d.events - d.unauthenticated), 0) as bigint) as others
from steps as t
cross join spanned as s
left join days as d on date_trunc(s.step, d.day) = t.begins
group by all
order by begins
