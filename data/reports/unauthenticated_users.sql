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
--   ip: address that nobody had signed in from
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
        coalesce(e.item_id, e.item_path, e.item_name) as item,
        coalesce(e.link_id, e.item_id, e.item_path, e.item_name) as behind
    from events as e
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
), members as (
    select e.ip, e.actor_email, max(e.event_time) as last_seen
    from events as e
    where e.authenticated
        and e.actor_kind in ('member', 'admin')
        and e.ip in (select visits.ip from visits)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date) - 30)
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date) + 30)
    group by all
), addresses as (
    select
        members.ip,
        count(members.actor_email) as known_members,
        array_to_string(arg_max(members.actor_email, members.last_seen, 3), ', ') as known_emails,
        max(members.last_seen) as known_last_seen
    from members
    group by all
)
select
    visits.app,
    visits.connection,
    visits.ip,
    max(visits.country) as country,
    max(visits.city) as city,
    max(visits.link_id) as link,
    max(visits.item_owner_email) as link_owner,
    min(visits.event_time) as first_seen,
    max(visits.event_time) as last_seen,
    count(*) as events,
    array_to_string(list_sort(list(distinct visits.label)), ', ') as activities,
    count(distinct visits.item) as items,
    array_to_string(list_sort(list(distinct visits.item_name))[:3], ', ') as item_names,
    array_to_string(list_sort(list(distinct coalesce(visits.user_agent, visits.client))), ', ')
        as clients,
    coalesce(max(addresses.known_members), 0) as known_members,
    max(addresses.known_emails) as known_emails,
    max(addresses.known_last_seen) as known_last_seen
from visits
left join addresses on addresses.ip = visits.ip
group by visits.app, visits.connection, visits.ip, visits.behind
order by max(visits.event_time) desc, visits.ip, visits.behind
