-- title: One person
-- grain: one event that somebody did, that was done in their name or to them, or through their link; one visit without sign-in that was likely theirs
-- rule: Their link: somebody who is not of the company, or had not signed in, came through a link or into an item of theirs. Likely: what `unauthenticated_visits` says they most likely did without signing in.
-- glance: time, role, activity, actor, item, ip, connection
-- needs: who
-- parameters:
--   who: e-mail address, or the vendor's id, of the person
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   time: when it happened
--   role: did, did (not signed in), likely (not signed in), on behalf (somebody acted for them), done to them, their link
--   app: cloud app
--   connection: connected tenant
--   activity: what was done, the same words for every app
--   actor: who did it: e-mail address, else the name or id that the app gives, else the kind of actor
--   item: the item that it was done to
--   others: the people and groups that the event also touches
--   ip: address that it came from
--   country: country of the address, by the app's lookup
--   client: way of access
--   outcome: success or failure
--   link: the link used, where the app names it
--   item_id: the vendor's id of the item
--   event_id: identity of the event; of a visit, of its first
--   evidence: of a visit: how many events, the probability that it was them, and why
with labels as (
    select distinct on (a.activity) a.activity, a.label
    from activities as a
), them as materialized (
    select t.* from names_of($who) as t
), likely as materialized (
    select v.*
    from judged_visits(
        since := $since, until := $until, app := $app, connection := $connection, who := $who
    ) as v
    where v.verdict = 'likely_member'
), theirs as (
    select
        e.*,
        case
            when e.actor_id in t.ids or lower(e.actor_email) in t.emails
                then case when e.authenticated then 'did' else 'did (not signed in)' end
            when e.on_behalf_of_id in t.ids or lower(e.on_behalf_of_email) in t.emails
                then 'on behalf'
            when len(e.participants) > 0 and len([
                p for p in e.participants if p.id in t.ids or lower(p.email) in t.emails
            ]) > 0 then 'done to them'
            when e.actor_kind in ('unauthenticated', 'external')
                and lower(e.item_owner_email) in t.emails
                then 'their link'
        end as role
    from events as e
    cross join them as t
    where is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since), day_of($until))
        and in_span(e.event_time, $since, $until)
)
select
    e.event_time as time,
    e.role,
    e.app,
    e.connection,
    coalesce(labels.label, e.activity) as activity,
    coalesce(e.actor_email, e.actor_name, e.actor_id, '(' || e.actor_kind || ')') as actor,
    coalesce(e.item_path, e.item_name, e.item_id) as item,
    array_to_string([coalesce(p.email, p.name, p.id) for p in e.participants], ', ') as others,
    e.ip,
    e.country,
    e.client,
    e.outcome,
    e.link_id as link,
    e.item_id,
    e.event_id,
    null as evidence
from theirs as e
left join labels on labels.activity = e.activity
where e.role is not null
    and not exists (
        select 1
        from likely as v
        where e.actor_kind = 'unauthenticated'
            and v.app = e.app
            and v.connection = e.connection
            and network_of(v.ip) is not distinct from network_of(e.ip)
            and v.client is not distinct from coalesce(e.user_agent, e.client)
            and v.behind is not distinct from
                coalesce(e.link_id, e.item_id, e.item_path, e.item_name)
            and e.event_time between v.first_seen and v.last_seen
    )
union all
select
    v.first_seen, 'likely (not signed in)', v.app, v.connection, v.activities, '(unauthenticated)',
    v.item_name, null, v.ip, v.country, v.client, null, v.link, null, v.visit,
    v.events || case when v.events = 1 then ' event' else ' events' end || '; probability '
        || v.probability || '; ' || v.evidence
from likely as v
order by time desc, event_id
