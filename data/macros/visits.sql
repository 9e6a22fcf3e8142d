-- title: Visits
-- grain: one stay of somebody who did not sign in: one address, program and link, no pause of more than 30 minutes; from the third day on each day of a stay without end is one
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   visit: event_id of its first event
--   ip: address that the visit came from
--   network: the address; of an IPv6 address its first 64 bits, which one household or office has
--   country: country of the address, by the app's lookup
--   city: city of the address, by the app's lookup
--   client: program used, as far as the app tells
--   behind: what was opened: the link or file request, else the item, else its path or name
--   link: the open link or file request used, where the app names it
--   link_owner: whose link or item it is
--   item: what was seen or handed in
--   item_name: name of one item
--   claimed: e-mail address that the visitor typed in; nobody checked it
--   first_seen: first event
--   last_seen: last event
--   events: how many events
--   items: how many different items
--   activities: what was done
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), nobody as materialized (
    select
        e.app, e.connection, e.event_id, e.event_time, e.event_date as day, e.ip, e.country, e.city, e.link_id,
        lower(e.item_owner_email) as link_owner, e.item_name, coalesce(labels.label, e.activity) as label,
        coalesce(e.user_agent, e.client) as client,
        coalesce(e.item_id, e.item_path, e.item_name) as item,
        coalesce(e.link_id, e.item_id, e.item_path, e.item_name) as behind,
        case when contains(e.details, '"submitter_email"') then lower(json_extract_string(try_cast(e.details as json), '$.submitter_email')) else null end as claimed,
        network_of(e.ip) as network,
        hash(e.app, e.connection, network, client, behind) as series
    from events_as_told as e
    left join labels on labels.activity = e.activity
    where e.actor_kind = 'unauthenticated'
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since) - 2, day_of($until) + 1)
), repeated as (
    select nobody.series from nobody group by nobody.series having count(*) > 1
), paused as (
    select
        o.*,
        -- A first event is as good as one after a pause.
        coalesce(o.event_time - lag(o.event_time) over stay > interval 30 minutes, true) as begins
    from nobody as o
    semi join repeated as r on r.series = o.series
    window stay as (partition by o.series order by o.event_time, o.event_id)
), numbered as materialized (
    select
        paused.*,
        sum(cast(paused.begins as int)) over (
            partition by paused.series order by paused.event_time, paused.event_id
            rows unbounded preceding
        ) as stay
    from paused
), endless as (
    select n.series, n.stay, min(n.day) as first_day
    from numbered as n
    group by all
    having max(n.day) > min(n.day) + 1
), parted as materialized (
    select n.*, null as part
    from numbered as n
    anti join endless as o on o.series = n.series and o.stay = n.stay
    union all by name
    select
        n.* replace (
            n.begins or (n.day > o.first_day + 1 and n.day > lag(n.day) over line) as begins
        ),
        greatest(n.day, o.first_day + 1) as part
    from numbered as n
    join endless as o on o.series = n.series and o.stay = n.stay
    window line as (partition by n.series, n.stay order by n.event_time, n.event_id)
), further as (
    select
        n.series, n.stay, n.part, max(n.event_time) as last_seen, count(*) as events,
        list(n.item) as items, list(n.label) as labels,
        min(n.country) as country, min(n.city) as city, min(n.link_owner) as link_owner,
        min(n.item) as item, min(n.item_name) as item_name, min(n.claimed) as claimed
    from parted as n
    where not n.begins
    group by all
), first as (
    select n.* exclude (begins) from parted as n where n.begins
    union all by name
    select o.* from nobody as o anti join repeated as r on r.series = o.series
)
select
    n.app,
    n.connection,
    n.event_id as visit,
    n.ip,
    n.network,
    coalesce(n.country, f.country) as country,
    coalesce(n.city, f.city) as city,
    n.client,
    n.behind,
    n.link_id as link,
    coalesce(n.link_owner, f.link_owner) as link_owner,
    coalesce(n.item, f.item) as item,
    coalesce(n.item_name, f.item_name) as item_name,
    coalesce(n.claimed, f.claimed) as claimed,
    n.event_time as first_seen,
    coalesce(f.last_seen, n.event_time) as last_seen,
    1 + coalesce(f.events, 0) as events,
    case
        when f.events is null then cast(n.item is not null as bigint)
        else cast(list_unique(list_append(f.items, n.item)) as bigint)
    end as items,
    case
        when f.events is null then n.label
        else array_to_string(list_sort(list_distinct(list_append(f.labels, n.label))), ', ')
    end as activities
from first as n
left join further as f
    on f.series = n.series and f.stay = n.stay and f.part is not distinct from n.part
where in_span(n.event_time, $since, $until)
