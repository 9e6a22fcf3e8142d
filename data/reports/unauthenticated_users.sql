-- title: Unauthenticated users
-- grain: one address behind one open link (or, where the app does not name the link, one item)
-- glance: last_seen, ip, events, link_owner, known_emails, activities, item_names, city
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   ip: address that they came from, without signing in
--   country: country of the address, by the app's lookup
--   city: city of the address, by the app's lookup
--   link: the open link or file request used, where the app names it
--   link_owner: whose link or item it is
--   first_seen: first event of this address behind this link
--   last_seen: last event of this address behind this link
--   events: how many events
--   activities: what was done
--   items: how many items were seen or handed in
--   item_names: the names of up to three of them
--   clients: programs used, as far as the app tells
--   known_members: members seen signed in at this address, up to 30 days before and after
--   known_emails: the three of them seen there last
--   known_last_seen: when a member was last seen signed in there
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), visits as (
    select
        e.app, e.connection, e.ip, e.country, e.city, e.event_time, e.link_id, e.item_owner_email,
        e.item_name, e.client, e.user_agent,
        coalesce(labels.label, e.activity) as label,
        case
            when coalesce(e.item_id, e.item_path, e.item_name) is not null
            then hash(coalesce(e.item_id, e.item_path, e.item_name))
        end as item,
        coalesce(e.link_id, e.item_id, e.item_path, e.item_name) as behind
    from events_as_told as e
    left join labels on labels.activity = e.activity
    where e.actor_kind = 'unauthenticated'
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
), seen as (
    -- By address first: few of the addresses then need to be compared with those of visits.
    select e.ip, lower(e.actor_email) as actor_email, max(e.event_time) as last_seen
    from events as e
    where e.authenticated
        and e.actor_kind in ('member', 'admin')
        and e.ip is not null
        and on_days(e.event_date, day_of($since) - 30, day_of($until) + 30)
    group by all
), members as (
    select s.ip, s.actor_email, s.last_seen
    from seen as s
    where s.ip in (select visits.ip from visits)
), addresses as (
    select
        members.ip,
        count(members.actor_email) as known_members,
        array_to_string(arg_max(members.actor_email, members.last_seen, 3), ', ') as known_emails,
        max(members.last_seen) as known_last_seen
    from members
    group by all
), grouped as (
    -- Most groups are of one event: lists cost less there than sets do.
    select
        visits.app, visits.connection, visits.ip, visits.behind,
        max(visits.country) as country,
        max(visits.city) as city,
        max(visits.link_id) as link,
        max(visits.item_owner_email) as link_owner,
        min(visits.event_time) as first_seen,
        max(visits.event_time) as last_seen,
        count(*) as events,
        list(visits.label) as labels,
        list(visits.item) as items,
        list(visits.item_name) as item_names,
        list(coalesce(visits.user_agent, visits.client)) as clients
    from visits
    group by all
)
select
    g.app,
    g.connection,
    g.ip,
    g.country,
    g.city,
    g.link,
    g.link_owner,
    g.first_seen,
    g.last_seen,
    g.events,
    array_to_string(list_sort(list_distinct(g.labels)), ', ') as activities,
    len(list_distinct(g.items)) as items,
    array_to_string(nullif(list_sort(list_distinct(g.item_names)), [])[:3], ', ') as item_names,
    array_to_string(nullif(list_sort(list_distinct(g.clients)), []), ', ') as clients,
    coalesce(addresses.known_members, 0) as known_members,
    addresses.known_emails,
    addresses.known_last_seen
from grouped as g
left join addresses on addresses.ip = g.ip
order by g.last_seen desc, g.ip, g.behind
