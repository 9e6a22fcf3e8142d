-- title: Visits
-- grain: one stay of somebody who did not sign in: one address, program and link, no pause of more than 30 minutes
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
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
), nobody as (
    select
        e.app, e.connection, e.event_id, e.event_time, e.ip, e.country, e.city, e.link_id,
        lower(e.item_owner_email) as link_owner, e.item_name, coalesce(labels.label, e.activity) as label,
        coalesce(e.user_agent, e.client) as client,
        coalesce(e.item_id, e.item_path, e.item_name) as item,
        coalesce(e.link_id, e.item_id, e.item_path, e.item_name) as behind,
        case when contains(e.details, '"submitter_email"') then lower(json_extract_string(try_cast(e.details as json), '$.submitter_email')) else null end as claimed,
        network_of(e.ip) as network
    from events_as_told as e
    left join labels on labels.activity = e.activity
    where e.actor_kind = 'unauthenticated'
        and ($app is null or e.app = $app)
        and ($connection is null or e.connection = $connection)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date))
        and ($since is null or e.event_time >= cast($since as timestamptz))
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date))
        and ($until is null or e.event_time < cast($until as timestamptz))
), paused as (
    select
        nobody.*,
        -- A first event is as good as one after a pause.
        coalesce(
            nobody.event_time - lag(nobody.event_time) over stay > interval 30 minutes, true
        ) as begins
    from nobody
    window stay as (
        partition by nobody.app, nobody.connection, nobody.network, nobody.client, nobody.behind
        order by nobody.event_time, nobody.event_id
    )
), numbered as (
    select
        paused.*,
        sum(cast(paused.begins as int)) over (
            partition by paused.app, paused.connection, paused.network, paused.client, paused.behind
            order by paused.event_time, paused.event_id
            rows unbounded preceding
        ) as stay
    from paused
)
select
    n.app,
    n.connection,
    min_by(n.event_id, n.event_time) as visit,
    min_by(n.ip, n.event_time) as ip,
    n.network,
    any_value(n.country) as country,
    any_value(n.city) as city,
    n.client,
    n.behind,
    any_value(n.link_id) as link,
    any_value(n.link_owner) as link_owner,
    any_value(n.item) as item,
    any_value(n.item_name) as item_name,
    any_value(n.claimed) as claimed,
    min(n.event_time) as first_seen,
    max(n.event_time) as last_seen,
    count(*) as events,
    count(distinct n.item) as items,
    array_to_string(list_sort(list(distinct n.label)), ', ') as activities
from numbered as n
group by n.app, n.connection, n.network, n.client, n.behind, n.stay
