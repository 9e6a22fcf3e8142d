-- title: At a glance
-- grain: one figure
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   report: where its rows are
--   figure: how many
--   what: of what
--   of_which: what more there is to say of it
select 'activity_per' as report, cast(coalesce(sum(a.events), 0) as bigint) as figure,
    'events' as what,
    format('{:,}', cast(coalesce(sum(a.unauthenticated), 0) as bigint)) || ' of somebody who had not signed in' as of_which
from activity_per(
    since := $since, until := $until, app := $app, connection := $connection, per := 'day'
) as a
union all
select 'unauthenticated_visits', count(*), 'visits without sign-in',
    format('{:,}', count(*) filter (where v.verdict = 'likely_outsider')) || ' likely outsiders, '
        || format('{:,}', count(*) filter (where v.verdict = 'likely_member')) || ' likely members, '
        || format('{:,}', count(*) filter (where v.verdict = 'undecided')) || ' undecided'
from unauthenticated_visits(
    since := $since, until := $until, app := $app, connection := $connection
) as v
union all
select 'exposed_items',
    cast(coalesce(sum(e.items) filter (where e.exposure = 'public'), 0) as bigint),
    'items open to whoever has a link',
    format(
        '{:,}', cast(coalesce(sum(e.without_password) filter (where e.exposure = 'public'), 0) as bigint)
    )
        || ' of them without a password'
from exposure(app := $app, connection := $connection) as e
union all
select 'open_links', count(*), 'open links',
    format('{:,}', count(*) filter (where o.uses = 0)) || ' that nobody was ever seen to use'
from open_links(app := $app, connection := $connection) as o
