-- title: Items now
-- grain: one file or folder that is there, as last observed, with who can reach it
-- glance: exposure, item_kind, path, owner, link_password, link_expires_at
-- columns:
--   app: cloud app
--   connection: connected tenant
--   item_id: the vendor's id of the item, as in events
--   item_kind: file, folder and so on
--   name: name of the item
--   path: where it lies, from the root of its tree
--   parent_id: the folder that it lies in; null for the root of a tree
--   root_id: the tree
--   size: bytes
--   content_hash: the vendor's hash of the content
--   created_at: when it was made
--   modified_at: when its content last changed
--   owner: e-mail address of the owner, the team for a team's own, else why the owner is not known
--   owner_kind: person, team, external or unknown
--   exposure: who can reach it, by itself or by a folder above: private, internal, external, public
--   exposed_by: the item, itself or a folder above, that makes it so; null where it is private
--   link_audience: of the widest open link there, who can open it, in the vendor's word
--   link_password: whether that link asks for a password
--   link_expires_at: when that link stops working; null for never
--   link_url: address of that link
--   outsiders: e-mail addresses of people outside the company who were given it or a folder above
--   observed_at: when it was last looked at
with recursive latest as (
    select distinct on (i.app, i.connection, i.item_id)
        i.app, i.connection, i.item_id, i.state, i.item_kind, i.name, i.parent_id, i.root_id,
        i.size, i.content_hash, i.created_at, i.modified_at, i.owner_kind, i.owner_id,
        i.owner_email, i.owner_unknown, i.people, i.observed_at
    from items as i
    where i.state <> 'closed'
    order by i.app, i.connection, i.item_id, i.observed_at desc
), widest as (
    select distinct on (l.app, l.connection, l.item_id)
        l.app, l.connection, l.item_id, l.audience, l.password, l.expires_at, l.url,
        -- A word that we do not know may well be public: better one look too many.
        case l.opens_to when 'internal' then 1 when 'nobody_else' then 0 else 3 end as reach
    from links_now as l
    where not l.expired
    order by l.app, l.connection, l.item_id, reach desc, l.password nulls first,
        l.expires_at desc nulls first
), own as (
    select
        n.app, n.connection, n.item_id, n.parent_id, n.name,
        [coalesce(s.email, s.name, s.id) for s in coalesce(n.people, []) if s.external]
            as outsiders,
        greatest(
            coalesce(w.reach, 0),
            case when len(outsiders) > 0 then 2 else 0 end,
            case when len(coalesce(n.people, [])) > 0 or n.owner_kind = 'team' then 1 else 0 end
        ) as reach
    from latest as n
    left join widest as w
        on w.app = n.app and w.connection = n.connection and w.item_id = n.item_id
    where n.state = 'present'
), tree as (
    select
        o.app, o.connection, o.item_id, '/' || coalesce(o.name, o.item_id) as path, o.reach,
        o.item_id as exposed_by, o.outsiders
    from own as o
    left join latest as above
        on above.app = o.app and above.connection = o.connection and above.item_id = o.parent_id
    where above.item_id is null
    union all
    select
        o.app, o.connection, o.item_id, t.path || '/' || coalesce(o.name, o.item_id),
        greatest(o.reach, t.reach), case
            when o.reach >= t.reach
            then o.item_id
            else t.exposed_by
        end,
        list_distinct(list_concat(t.outsiders, o.outsiders))
    from own as o
    join tree as t
        on t.app = o.app and t.connection = o.connection and t.item_id = o.parent_id
)
select
    n.app, n.connection, n.item_id, n.item_kind, n.name, t.path, n.parent_id, n.root_id, n.size,
    n.content_hash, n.created_at, n.modified_at,
    coalesce(
        n.owner_email, p.email, case when n.owner_kind = 'team' then '(the team)' end,
        n.owner_id, '(' || coalesce(n.owner_unknown, 'not told') || ')'
    ) as owner,
    n.owner_kind,
    ['private', 'internal', 'external', 'public'][t.reach + 1] as exposure,
    case when t.reach > 0 then t.exposed_by end as exposed_by,
    w.audience as link_audience, w.password as link_password, w.expires_at as link_expires_at,
    w.url as link_url, list_sort(t.outsiders) as outsiders, n.observed_at
from tree as t
join latest as n on n.app = t.app and n.connection = t.connection and n.item_id = t.item_id
left join widest as w
    on w.app = t.app and w.connection = t.connection and w.item_id = t.exposed_by
    and w.reach = t.reach and t.reach > 0
left join people_now as p
    on p.app = n.app and p.connection = n.connection and p.person_id = n.owner_id
