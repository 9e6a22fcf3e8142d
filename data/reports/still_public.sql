-- title: Opened without signing in, and still public
-- grain: one item that somebody opened without signing in, and that whoever has a link can open now
-- glance: path, owner, visits, addresses, last_visit, through, link_password, link_expires_at
-- marks: events, scans
-- parameters:
--   since: only visits from this moment on
--   until: only visits before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   path: where it lies
--   item_kind: file, folder and so on
--   owner: whose it is, or why that is not known
--   visits: how often it was viewed, downloaded or copied by somebody who had not signed in
--   downloads: how many of these were downloads
--   addresses: from how many addresses
--   first_visit: first of them
--   last_visit: last of them
--   through: the item itself, or the folder above it, whose link makes it public
--   link_password: whether that link asks for a password
--   link_expires_at: when that link stops working; empty for never
--   link_url: address of that link
--   size: bytes
--   observed_at: when it was last looked at
--   item_id: the vendor's id
with uses_are as (
    select distinct a.activity, a.ocsf_activity = 2 as is_download
    from activities as a
    where a.ocsf_class = 6006 and a.ocsf_activity in (2, 6, 9, 14)
), visits as (
    select
        e.app, e.connection, e.item_id,
        count(*) as visits,
        count(*) filter (u.is_download) as downloads,
        count(distinct e.ip) as addresses,
        min(e.event_time) as first_visit,
        max(e.event_time) as last_visit
    from events_as_told as e
    join uses_are as u on u.activity = e.activity
    where e.actor_kind = 'unauthenticated'
        and e.item_id is not null
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
    group by all
), things as materialized (
    select
        i.app, i.connection, i.item_id, i.path, i.item_kind, i.owner, i.exposure, i.exposed_by,
        i.link_password, i.link_expires_at, i.link_url, i.size, i.observed_at
    from items_now as i
    where is_of(i.app, i.connection, $app, $connection)
)
select
    v.app,
    v.connection,
    i.path,
    i.item_kind,
    i.owner,
    v.visits,
    v.downloads,
    v.addresses,
    v.first_visit,
    v.last_visit,
    case when i.exposed_by = i.item_id then i.path else coalesce(f.path, i.exposed_by) end as through,
    i.link_password,
    i.link_expires_at,
    i.link_url,
    i.size,
    i.observed_at,
    v.item_id
from visits as v
join things as i
    on i.app = v.app and i.connection = v.connection and i.item_id = v.item_id
    and i.exposure = 'public'
left join things as f
    on f.app = i.app and f.connection = i.connection and f.item_id = i.exposed_by
    and f.item_kind = 'folder'
order by i.link_password nulls first, v.last_visit desc, i.path, v.app, v.connection, v.item_id
