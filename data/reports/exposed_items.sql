-- title: Exposed items
-- grain: one file or folder that people outside the company can reach, widest and newest first
-- glance: exposure, path, owner, through, link_password, link_expires_at, outsiders
-- marks: scans
-- parameters:
--   since: only items last modified from this moment on, and those of which the app does not tell when
--   until: only items last modified before this moment, and those of which the app does not tell when
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   exposure: public (whoever has a link) or external (people outside who were given it)
--   item_kind: file, folder and so on
--   path: where it lies
--   owner: whose it is, or why that is not known
--   through: link or people, of the item itself or of the folder named
--   link_audience: who can open the widest link, in the vendor's word
--   link_password: whether that link asks for a password
--   link_expires_at: when that link stops working; empty for never
--   link_url: address of that link
--   outsiders: people outside who were given it or a folder above
--   size: bytes
--   modified_at: when its content last changed
--   observed_at: when it was last looked at
--   item_id: the vendor's id
with things as materialized (
    select i.*
    from items_now as i
    where is_of(i.app, i.connection, $app, $connection)
)
select
    i.app,
    i.connection,
    i.exposure,
    i.item_kind,
    i.path,
    i.owner,
    case when i.link_audience is null then 'people' else 'link' end
        || case
            when i.exposed_by = i.item_id
            then ''
            else ' of ' || coalesce(f.path, i.exposed_by)
        end as through,
    i.link_audience,
    i.link_password,
    i.link_expires_at,
    i.link_url,
    array_to_string(i.outsiders, ', ') as outsiders,
    i.size,
    i.modified_at,
    i.observed_at,
    i.item_id
from things as i
left join things as f
    on f.app = i.app and f.connection = i.connection and f.item_id = i.exposed_by
    and f.item_kind = 'folder'
where i.exposure in ('public', 'external')
    -- Dropbox does not tell when a folder changed: a span hides none that is open.
    and (i.modified_at is null or in_span(i.modified_at, $since, $until))
order by
    i.exposure desc, i.link_password nulls first, i.modified_at desc nulls last, i.path, i.item_id,
    i.app, i.connection
