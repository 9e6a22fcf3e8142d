-- title: What the data says needs a person
-- grain: one thing to look at
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   report: where its rows are
--   figure: how many
--   what: of what
--   remedy: what to do
with found as (
    select 1 as n, 'still_public' as report, count(*) as figure,
        'item was at some time opened by somebody who had not signed in, and is still public' as one,
        'items were at some time opened by somebody who had not signed in, and are still public' as many,
        'Close their links or set a password, unless they are meant for everybody.' as remedy
    from still_public(app := $app, connection := $connection) as s
    union all
    select 2, 'unauthenticated_visits', count(*),
        'visit was likely by an outsider', 'visits were likely by outsiders',
        'Ask the owner of the link whether these were expected.'
    from unauthenticated_visits(
        since := $since, until := $until, app := $app, connection := $connection
    ) as v
    where v.verdict = 'likely_outsider'
    union all
    select 3, 'sign_in_failures', count(*),
        'time somebody signed in where signing in as the same person had failed that day',
        'times somebody signed in where signing in as the same person had failed that day',
        'Ask them whether it was they who did.'
    from sign_in_failures(
        since := $since, until := $until, app := $app, connection := $connection
    ) as f
    where f.signed_in_after is not null
    union all
    select 4, 'coverage', count(*), 'day was not read whole', 'days were not read whole',
        'Bring them: casbah backfill NAME.'
    from coverage(
        since := $since, until := $until, app := $app, connection := $connection
    ) as c
    where c.state = 'gaps'
    union all
    select 5, 'not_scanned', count(*), 'place could not be scanned', 'places could not be scanned',
        'Each says why; what lies there is not in the figures of exposure.'
    from not_scanned(app := $app, connection := $connection) as x
    union all
    select 6, 'drift', count(*),
        'type or field of events is new to us', 'types or fields of events are new to us',
        'They are kept and counted as unknown until a newer version knows them.'
    from drift(
        since := $since, until := $until, app := $app, connection := $connection
    ) as d
)
select f.report, f.figure, if(f.figure = 1, f.one, f.many) as what, f.remedy
from found as f
where f.figure > 0
order by f.n
