-- title: Who can reach the items
-- grain: one connection that was scanned
-- parameters:
--   app: only this app
--   connection: only this connection
-- columns:
--   connection: connected tenant
--   public: items that whoever has a link can reach
--   external: items that people outside the company were given
--   internal: items that the company can reach
--   private: all others
select
    e.connection,
    cast(coalesce(sum(e.items) filter (where e.exposure = 'public'), 0) as bigint) as public,
    cast(coalesce(sum(e.items) filter (where e.exposure = 'external'), 0) as bigint) as external,
    cast(coalesce(sum(e.items) filter (where e.exposure = 'internal'), 0) as bigint) as internal,
    cast(coalesce(sum(e.items) filter (where e.exposure = 'private'), 0) as bigint) as private
from exposure(app := $app, connection := $connection) as e
group by all
order by e.connection
