-- title: Open links
-- grain: one link that opens something today, to everybody or to the whole company; public ones first, most used without signing in first
-- rule: A use is a view, a download or a copy that the app says went through the link. Dropbox often names only the item and the link's owner: such a use counts for the links that this owner had then, on the item or the nearest folder above that has one. Where it names the owner of the item, it counts for that owner's links, else for anybody's; a visitor who had not signed in counts for no link of the company alone, unless its audience was changed since.
-- glance: path, made_by, opens_to, password, expires_at, items, uses, by_visitors, last_use
-- marks: events, scans
-- parameters:
--   since: count only uses from this moment on
--   until: count only uses before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   opens_to: public, internal (the company), or unknown: the app has a word for it that is new to us
--   password: does it ask for a password?
--   expires_at: when it stops working; empty for never
--   made_by: who made it, as the link, the log or else the item's owner tells
--   made_at: when it was made, if the log goes back so far
--   path: where the item lies that it opens
--   item_kind: file, folder and so on
--   items: how many files and folders it opens: itself and all that lies below
--   bytes: size of these together
--   uses: how often somebody came through it
--   by_visitors: how many of these had not signed in
--   by_outsiders: how many of these were signed in and not of the company
--   by_item: how many of the uses the app tied to the item only, so another link may have served
--   addresses: from how many addresses visitors came who had not signed in
--   people: how many people came who had signed in
--   people_last: the three of them who came last
--   first_use: first use
--   last_use: last use; empty for a link that nobody used
--   url: address of the link
--   link_id: the vendor's id of the link
--   item_id: the vendor's id of the item
with recursive uses_are as (
    select distinct a.activity
    from activities as a
    where a.ocsf_class = 6006 and a.ocsf_activity in (2, 6, 9, 14)
), things as materialized (
    select i.app, i.connection, i.item_id, i.parent_id, i.item_kind, i.path, i.size, i.owner
    from items_now as i
    where is_of(i.app, i.connection, $app, $connection)
), open as materialized (
    select
        l.app, l.connection, l.link_id, l.item_id, l.url, l.opens_to, l.password, l.expires_at,
        l.owner_email
    from links_now as l
    where not l.expired
        and l.opens_to <> 'nobody_else'
        and is_of(l.app, l.connection, $app, $connection)
), under as (
    select distinct o.app, o.connection, o.item_id as top, o.item_id
    from open as o
    union all
    select t.app, t.connection, u.top, t.item_id
    from under as u
    join things as t
        on t.app = u.app and t.connection = u.connection and t.parent_id = u.item_id
), opened as (
    select u.app, u.connection, u.top, count(*) as items, coalesce(sum(t.size), 0) as bytes
    from under as u
    join things as t
        on t.app = u.app and t.connection = u.connection and t.item_id = u.item_id
    group by all
), made as (
    select
        e.app, e.connection, e.link_id, e.item_id, e.actor_email,
        e.activity = 'create_shared_link' as is_birth, max(e.event_time) as at
    from events_as_told as e
    where e.activity in ('create_shared_link', 'change_shared_link_audience')
        and is_of(e.app, e.connection, $app, $connection)
    group by all
), born as (
    select
        o.app, o.connection, o.link_id,
        arg_max(m.actor_email, m.at) filter (m.is_birth) as made_by,
        max(m.at) filter (m.is_birth) as made_at,
        max(m.at) filter (not m.is_birth) as changed_at
    from open as o
    join made as m
        on m.app = o.app and m.connection = o.connection and m.item_id = o.item_id
    where case
        when m.link_id is null
        then lower(m.actor_email) = lower(coalesce(o.owner_email, m.actor_email))
        else m.link_id in (o.link_id, o.url)
    end
    group by all
), used as materialized (
    select
        e.app, e.connection, e.event_id, e.event_time, e.link_id, e.item_id, e.item_owner_email,
        e.actor_kind, coalesce(e.actor_email, e.actor_name, e.actor_id) as person, e.ip,
        -- Dropbox's shared_link_owner; elsewhere the owner is the item's.
        e.activity in (
            'open_shared_link', 'download_from_shared_link', 'copy_from_shared_link'
        ) and e.item_owner_email is not null as names_owner
    from events as e
    where e.activity in (select u.activity from uses_are as u)
        and (
            e.link_id is not null
            or e.activity in (
                'open_shared_link', 'download_from_shared_link', 'copy_from_shared_link'
            )
            or (e.actor_kind = 'unauthenticated' and e.category = 'files')
        )
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
), named as (
    select o.app, o.connection, o.link_id, o.link_id as name from open as o
    union
    select o.app, o.connection, o.link_id, o.url from open as o where o.url is not null
), above as (
    select distinct u.app, u.connection, u.item_id as used, u.item_id as at, 0 as steps
    from used as u
    where u.link_id is null and u.item_id is not null
    union all
    select a.app, a.connection, a.used, t.parent_id, a.steps + 1
    from above as a
    join things as t on t.app = a.app and t.connection = a.connection and t.item_id = a.at
    where t.parent_id is not null
), near as (
    select
        a.app, a.connection, a.used, a.steps, o.link_id, o.opens_to, b.made_at, b.changed_at,
        coalesce(o.owner_email, b.made_by) as owner_email
    from above as a
    join open as o on o.app = a.app and o.connection = a.connection and o.item_id = a.at
    left join born as b
        on b.app = o.app and b.connection = o.connection and b.link_id = o.link_id
), guessed as (
    select u.app, u.connection, u.event_id, n.link_id
    from used as u
    join near as n on n.app = u.app and n.connection = u.connection and n.used = u.item_id
    where u.link_id is null
        and (n.made_at is null or n.made_at <= u.event_time)
        and (
            n.opens_to <> 'internal'
            or u.actor_kind <> 'unauthenticated'
            or u.event_time < n.changed_at
        )
        and (not u.names_owner or coalesce(lower(n.owner_email) = lower(u.item_owner_email), true))
    qualify rank() over (
        partition by u.app, u.connection, u.event_id
        order by coalesce(lower(n.owner_email) = lower(u.item_owner_email), false) desc, n.steps
    ) = 1
), through as (
    select n.link_id as through, false as by_item, u.*
    from used as u
    join named as n
        on n.app = u.app and n.connection = u.connection and n.name = u.link_id
    union all
    select g.link_id, true, u.*
    from guessed as g
    join used as u
        on u.app = g.app and u.connection = g.connection and u.event_id = g.event_id
), tallied as (
    select
        t.app, t.connection, t.through,
        count(*) as uses,
        count(*) filter (t.actor_kind = 'unauthenticated') as by_visitors,
        count(*) filter (t.actor_kind = 'external') as by_outsiders,
        count(*) filter (t.by_item) as by_item,
        count(distinct t.ip) filter (t.actor_kind = 'unauthenticated') as addresses,
        count(distinct t.person) as people,
        min(t.event_time) as first_use,
        max(t.event_time) as last_use
    from through as t
    group by all
), came as (
    select
        p.app, p.connection, p.through,
        array_to_string(list(p.person order by p.last_use desc, p.person)[:3], ', ') as people_last
    from (
        select t.app, t.connection, t.through, t.person, max(t.event_time) as last_use
        from through as t
        where t.person is not null
        group by all
    ) as p
    group by all
)
select
    o.app,
    o.connection,
    o.opens_to,
    o.password,
    o.expires_at,
    coalesce(o.owner_email, b.made_by, t.owner) as made_by,
    b.made_at,
    t.path,
    t.item_kind,
    coalesce(d.items, 0) as items,
    cast(coalesce(d.bytes, 0) as bigint) as bytes,
    coalesce(y.uses, 0) as uses,
    coalesce(y.by_visitors, 0) as by_visitors,
    coalesce(y.by_outsiders, 0) as by_outsiders,
    coalesce(y.by_item, 0) as by_item,
    coalesce(y.addresses, 0) as addresses,
    coalesce(y.people, 0) as people,
    c.people_last,
    y.first_use,
    y.last_use,
    o.url,
    o.link_id,
    o.item_id
from open as o
left join things as t on t.app = o.app and t.connection = o.connection and t.item_id = o.item_id
left join opened as d on d.app = o.app and d.connection = o.connection and d.top = o.item_id
left join born as b on b.app = o.app and b.connection = o.connection and b.link_id = o.link_id
left join tallied as y on y.app = o.app and y.connection = o.connection and y.through = o.link_id
left join came as c on c.app = o.app and c.connection = o.connection and c.through = o.link_id
order by
    array_position(['public', 'unknown', 'internal'], o.opens_to), y.by_visitors desc nulls last,
    y.uses desc nulls last, items desc, t.path, o.app, o.connection, o.link_id
