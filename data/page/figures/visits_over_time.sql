-- title: Visits without sign-in over time
-- grain: one UTC day; a week where the visits span more than 120 days, a month where more than 840
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   begins: first day
--   likely_outsider: visits with this verdict
--   undecided: visits with this verdict
--   likely_member: visits with this verdict
with days as (
    select cast(v.first_seen at time zone 'UTC' as date) as day, v.verdict
    from unauthenticated_visits(
        since := $since, until := $until, app := $app, connection := $connection
    ) as v
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
    count(*) filter (where d.verdict = 'likely_outsider') as likely_outsider,
    count(*) filter (where d.verdict = 'undecided') as undecided,
    count(*) filter (where d.verdict = 'likely_member') as likely_member
from steps as t
cross join spanned as s
left join days as d on date_trunc(s.step, d.day) = t.begins
group by all
order by begins
