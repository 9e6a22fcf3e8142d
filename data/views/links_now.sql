-- title: Links now
-- grain: one shared link that exists, as last observed
-- glance: item_id, opens_to, password, expires_at, owner_email, url
-- columns:
--   app: cloud app
--   connection: connected tenant
--   link_id: the vendor's id of the link
--   item_id: the item that it opens
--   url: address of the link
--   audience: the vendor's word for who can open it, as it takes effect
--   opens_to: public, internal, nobody_else or unknown
--   password: does it ask for a password?
--   expires_at: when it stops working; null for never
--   expired: has it stopped working?
--   downloads: may what it opens be downloaded?
--   access: the vendor's word for what it lets do
--   owner_id: the vendor's id of who made it
--   owner_email: e-mail address of who made it
--   observed_at: when this was observed
with latest as (
    select distinct on (l.app, l.connection, l.link_id) l.*
    from links as l
    order by l.app, l.connection, l.link_id, l.observed_at desc
)
select
    l.app, l.connection, l.link_id, l.item_id, l.url, l.audience, l.opens_to, l.password,
    l.expires_at, coalesce(l.expires_at <= now(), false) as expired, l.downloads, l.access,
    l.owner_id, coalesce(l.owner_email, p.email) as owner_email, l.observed_at
from latest as l
left join people_now as p
    on p.app = l.app and p.connection = l.connection and p.person_id = l.owner_id
where l.state = 'present'
