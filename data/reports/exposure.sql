-- title: Exposure
-- grain: one degree of exposure in one connection, widest first
-- glance: connection, exposure, items, files, bytes, by_link, without_password, outsiders
-- marks: scans
-- parameters:
--   since: only items last modified from this moment on, and those of which the app does not tell when
--   until: only items last modified before this moment, and those of which the app does not tell when
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   exposure: who can reach the items: public, external, internal or private
--   items: how many files and folders
--   files: how many of them are files
--   bytes: size of the files together
--   by_link: how many of the items a link makes reachable
--   without_password: how many of these ask for no password
--   outsiders: how many people outside the company were given items here
--   oldest_look: when the item that was not looked at for longest was looked at
select
    i.app,
    i.connection,
    i.exposure,
    count(*) as items,
    count(*) filter (i.item_kind = 'file') as files,
    cast(coalesce(sum(i.size), 0) as bigint) as bytes,
    count(*) filter (i.link_audience is not null) as by_link,
    count(*) filter (i.link_audience is not null and i.link_password is not true)
        as without_password,
    len(list_distinct(flatten(list(i.outsiders)))) as outsiders,
    min(i.observed_at) as oldest_look
from items_now as i
where is_of(i.app, i.connection, $app, $connection)
    -- Dropbox does not tell when a folder changed: a span hides none that is open.
    and (i.modified_at is null or in_span(i.modified_at, $since, $until))
group by all
order by
    i.app, i.connection,
    min(array_position(['public', 'external', 'internal', 'private'], i.exposure))
