-- title: Evidence on visits
-- grain: one explanation of one visit: a certain member, somebody else of ours, or an outsider
-- parameters:
--   since: only visits whose events are from this moment on
--   until: only visits whose events are before this moment
--   app: only this app
--   connection: only this connection
-- columns:
with visited as (
    select
        row_number() over () as n,
        v.*,
        hash(v.app, v.connection, v.network) as net,
        cast(v.first_seen at time zone 'UTC' as date) as day,
        hash(v.app, v.connection, v.item) as thing,
        hash(v.app, v.connection, v.behind) as opened,
        hash(v.app, v.connection, v.link_owner) as owner,
        hash(v.app, v.connection, v.claimed) as typed
    from visits(since := $since, until := $until, app := $app, connection := $connection) as v
), nets as (
    select distinct visited.net from visited where visited.network is not null
), things as (
    select distinct visited.thing from visited where visited.item is not null
), ours as (
    select distinct p.app || '/' || p.connection || '/' || split_part(lower(p.email), '@', 2) as at
    from people_now as p
    where p.kind = 'member' and p.email is not null
), signed as materialized (
    -- What members did signed in, at addresses of visits or to what was visited, 14 days around.
    select
        hash(e.app, e.connection, network_of(e.ip)) as net,
        hash(e.app, e.connection, lower(e.actor_email)) as person,
        hash(e.app, e.connection, coalesce(e.item_id, e.item_path, e.item_name)) as thing,
        e.event_time as at,
        e.event_date as day,
        e.activity = 'sign_in' as signs_in
    from events_as_told as e
    where e.authenticated
        and e.actor_email is not null
        and (
            e.actor_kind in ('member', 'admin')
            or (
                e.actor_kind = 'unknown'
                and e.app || '/' || e.connection || '/' || split_part(lower(e.actor_email), '@', 2)
                    in (select ours.at from ours)
            )
        )
        and ($app is null or e.app = $app)
        and ($connection is null or e.connection = $connection)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date) - 14)
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date) + 14)
), there as materialized (
    select s.net, s.person, s.at, s.day, s.signs_in from signed as s semi join nets using (net)
), touched as materialized (
    select s.thing, s.person, s.at, s.day from signed as s semi join things using (thing)
), presence as (
    select t.net, t.person, t.day, count(*) as acts from there as t group by all
), addresses as materialized (
    -- An address in the week before and the week after the day of a visit.
    select
        d.net, d.day, count(distinct p.person) as people, sum(p.acts) as acts,
        count(distinct p.person) filter (where p.day = d.day) as people_today
    from (select distinct visited.net, visited.day from visited) as d
    join presence as p on p.net = d.net and p.day between d.day - 7 and d.day + 7
    group by all
), guests as materialized (
    -- Who did not sign in: what they opened, by address and day, 14 days around.
    select
        hash(e.app, e.connection, network_of(e.ip)) as net,
        e.event_date as day,
        hash(e.app, e.connection, coalesce(e.link_id, e.item_id, e.item_path, e.item_name))
            as opened,
        hash(lower(any_value(e.item_owner_email))) as owner,
        count(*) as acts
    from events_as_told as e
    where e.actor_kind = 'unauthenticated'
        and e.ip is not null
        and ($app is null or e.app = $app)
        and ($connection is null or e.connection = $connection)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date) - 14)
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date) + 14)
    group by all
), strangeness as materialized (
    select d.net, d.day, count(distinct g.opened) as links, count(distinct g.owner) as owners,
        count(*) as visits
    from (select distinct visited.net, visited.day from visited) as d
    join guests as g on g.net = d.net and g.day between d.day - 7 and d.day + 7
    group by all
), opened as (
    select distinct visited.opened, visited.day from visited
), audience as materialized (
    -- Networks that a link was opened from in the week around though none of ours was there.
    select o.opened, o.day,
        count(distinct g.net) filter (where not g.ours) as nets,
        count(distinct g.net) filter (where g.ours) as inside
    from opened as o
    join (
        select guests.net, guests.opened, guests.day,
            guests.net in (select presence.net from presence) as ours
        from guests
    ) as g on g.opened = o.opened and g.day between o.day - 14 and o.day + 14
    group by all
), known as materialized (
    select a.net, a.day, p.person, sum(p.acts) as acts, count(*) as days
    from addresses as a
    join presence as p on p.net = a.net and p.day between a.day - 7 and a.day + 7
    group by all
), homes as (
    -- Links that were opened from where hardly anybody but this person signs in.
    select distinct k.person, g.opened, g.day, g.net
    from known as k
    join addresses as a on a.net = k.net and a.day = k.day and a.people <= 2
    join guests as g on g.net = k.net and g.day = k.day
), before_any as (
    select v.n, t.person
    from visited as v asof join there as t on t.net = v.net and t.at <= v.first_seen
), after_any as (
    select v.n, t.person
    from visited as v asof join there as t on t.net = v.net and t.at >= v.first_seen
), next_sign_in as (
    select v.n, t.person, t.at
    from visited as v
    asof join (select * from there where there.signs_in) as t
        on t.net = v.net and t.at >= v.first_seen
), named as (
    select v.n, k.person
    from visited as v
    join addresses as a on a.net = v.net and a.day = v.day and a.people <= 12
    join known as k on k.net = v.net and k.day = v.day
    union
    select v.n, v.owner from visited as v where v.link_owner is not null
    union
    select v.n, v.typed from visited as v where v.claimed is not null
    union
    select v.n, t.person
    from visited as v
    join (select distinct touched.thing, touched.person, touched.day from touched) as t
        on t.thing = v.thing and t.day between v.day - 1 and v.day + 1
    union
    select before_any.n, before_any.person from before_any
    union
    select after_any.n, after_any.person from after_any
    union
    select next_sign_in.n, next_sign_in.person from next_sign_in
), pairs as materialized (
    select v.n, v.net, v.thing, v.opened, v.day, v.first_seen as at, m.person, k.acts, k.days,
        v.link_owner is not null and m.person = v.owner as is_owner,
        v.claimed is not null and m.person = v.typed as is_typed
    from named as m
    join visited as v on v.n = m.n
    left join known as k on k.net = v.net and k.day = v.day and k.person = m.person
), timed as materialized (
    select
        p.*,
        date_diff('second', b.at, p.at) / 60.0 as before,
        date_diff('second', p.at, a.at) / 60.0 as after,
        date_diff('second', ib.at, p.at) / 60.0 as item_before,
        date_diff('second', p.at, ia.at) / 60.0 as item_after,
        date_diff('second', eb.at, p.at) / 60.0 as any_before,
        date_diff('second', p.at, ea.at) / 60.0 as any_after,
        eb.net = p.net as comes_from_here,
        ea.net = p.net as goes_on_here
    from pairs as p
    asof left join there as b on b.net = p.net and b.person = p.person and b.at <= p.at
    asof left join there as a on a.net = p.net and a.person = p.person and a.at >= p.at
    asof left join touched as ib on ib.thing = p.thing and ib.person = p.person and ib.at <= p.at
    asof left join touched as ia on ia.thing = p.thing and ia.person = p.person and ia.at >= p.at
    asof left join signed as eb on eb.person = p.person and eb.at <= p.at
    asof left join signed as ea on ea.person = p.person and ea.at >= p.at
), fit as materialized (
    -- Whoever was not seen at the address can only be somebody who just worked on the item.
    select
        t.*,
        least(t.before, t.after) as near,
        least(t.item_before, t.item_after) as item_near,
        (
            select count(distinct h.net)
            from homes as h
            where h.person = t.person and h.opened = t.opened and h.net <> t.net
                and h.day between t.day - 14 and t.day + 14
        ) as elsewhere_too
    from timed as t
    where t.acts is not null or t.is_typed or (t.is_owner and t.item_before <= 30)
), explained as (
    select
        'member' as explanation, t.n, t.person, t.before, t.after, t.item_before, t.item_after,
        t.is_owner, t.is_typed, t.acts, t.days,
        t.near, t.item_near, t.elsewhere_too,
        t.any_before, t.any_after, t.comes_from_here, t.goes_on_here,
        coalesce(s.person = t.person and date_diff('second', v.first_seen, s.at) < 900, false)
            as signs_in,
        false as has_typed
    from fit as t
    join visited as v on v.n = t.n
    left join next_sign_in as s on s.n = t.n
    union all by name
    select 'somebody' as explanation, v.n from visited as v
    union all by name
    select
        'outsider' as explanation, v.n,
        v.claimed is not null
            and v.n not in (select f.n from fit as f where f.is_typed) as has_typed
    from visited as v
)
-- One house, one guest: how often somebody came while its members were elsewhere, or here.
, absences as (
    select t.net, t.n, t.day,
        bool_and(
            coalesce(t.any_before <= 240 and not t.comes_from_here, false)
            or coalesce(t.any_after <= 240 and not t.goes_on_here, false)
        ) as away,
        bool_or(t.comes_from_here and t.goes_on_here and t.any_before <= 240 and t.any_after <= 240)
            as here
    from fit as t
    join addresses as a on a.net = t.net and a.day = t.day and a.people <= 2
    where t.acts is not null
    group by all
), household as materialized (
    select d.net, d.day,
        count(distinct x.n) filter (where x.away) as others,
        count(distinct x.n) filter (where x.here) as same
    from (select distinct absences.net, absences.day from absences) as d
    join absences as x on x.net = d.net and x.day between d.day - 14 and d.day + 14
    group by all
), returns as materialized (
    select d.net, d.day, d.opened, count(*) - 1 as again
    from (select distinct visited.net, visited.day, visited.opened from visited) as d
    join guests as g
        on g.net = d.net and g.opened = d.opened and g.day between d.day - 14 and d.day + 14
    group by all
)
select
    v.* exclude (n, net, day, thing, opened, owner, typed),
    e.explanation, e.person, e.before, e.after, e.item_before, e.item_after, e.is_owner, e.acts,
    coalesce(a.people, 0) as people, coalesce(a.people_today, 0) as people_today, s.links, s.visits,
    cast(e.explanation = 'member' as int) as member_base,
    cast(e.near <= 3 as int) as seen_3,
    cast(e.near > 3 and e.near <= 15 as int) as seen_15,
    cast(e.near > 15 and e.near <= 60 as int) as seen_60,
    cast(e.near > 60 and e.near <= 240 as int) as seen_240,
    cast(e.near > 240 and e.near <= 1440 as int) as seen_day,
    cast(e.before <= 120 and e.after <= 120 as int) as seen_around,
    cast(a.people <= 2 and e.near <= 60 as int) as home_60,
    cast(a.people <= 2 and e.near > 60 and e.near <= 1440 as int) as home_day,
    cast(a.people <= 2 and e.near > 1440 as int) as home_week,
    cast(e.before <= 10080 and e.after <= 10080 as int) as stays,
    cast(e.explanation = 'member' and e.acts is null as int) as never_here,
    least(e.elsewhere_too, 1) as home_too,
    if(e.explanation = 'member', ln(a.people), 0) as crowd,
    ln(e.acts / a.acts) as share,
    ln(e.days) as regular,
    cast(e.is_owner and coalesce(e.item_before <= 30, false) as int) as owner_worked,
    cast(e.is_owner and not coalesce(e.item_before <= 30, false) as int) as owner,
    cast(not e.is_owner and e.item_after <= 30 as int) as item_soon,
    cast(not e.is_owner and e.item_before <= 30 as int) as item_just,
    cast(not e.is_owner and e.item_near > 30 and e.item_near <= 1440 as int) as item_day,
    cast(not e.is_owner and e.item_near > 1440 and e.item_near <= 20160 as int) as item_known,
    cast(e.signs_in as int) as signs_in_next,
    cast(e.is_typed as int) as typed_address,
    cast(coalesce(e.comes_from_here, false) as int) as last_here,
    cast(coalesce(e.goes_on_here, false) as int) as next_here,
    cast(e.any_before <= 10 and not e.comes_from_here as int) as elsewhere_just,
    cast(e.any_before <= 90 and not e.comes_from_here as int) as elsewhere_before,
    cast(e.any_after <= 90 and not e.goes_on_here as int) as elsewhere_after,
    if(e.explanation = 'member' and a.people <= 2, ln(1 + coalesce(q.others, 0)), 0) as others_here,
    if(e.explanation = 'member' and a.people <= 2, ln(1 + coalesce(q.same, 0)), 0) as same_here,
    if(e.explanation = 'outsider', ln(1 + coalesce(r.again, 0)), 0) as opened_again,
    if(e.explanation = 'outsider', ln(1 + coalesce(f.inside, 0)), 0) as opened_inside,
    cast(e.explanation = 'somebody' as int) as somebody_base,
    cast(e.explanation = 'somebody' and a.people is null as int) as somebody_unseen,
    if(e.explanation = 'somebody', ln(a.people), 0) as somebody_crowd,
    if(e.explanation = 'somebody', ln(1 + a.people_today), 0) as somebody_today,
    if(e.explanation = 'outsider', ln(s.links), 0) as links_opened,
    if(e.explanation = 'outsider', ln(s.owners), 0) as owners_opened,
    if(e.explanation = 'outsider', ln(1 + coalesce(f.nets, 0)), 0) as opened_outside,
    if(e.explanation = 'outsider', ln(s.visits / a.acts), 0) as mostly_unsigned,
    if(e.explanation = 'outsider', ln(a.acts / a.people), 0) as loyal,
    cast(e.explanation = 'outsider' and coalesce(a.people_today, 0) = 0 as int) as nobody_today,
    cast(e.has_typed as int) as typed_strange
from explained as e
join visited as v on v.n = e.n
left join addresses as a on a.net = v.net and a.day = v.day
left join strangeness as s on s.net = v.net and s.day = v.day
left join audience as f on f.opened = v.opened and f.day = v.day
left join household as q on q.net = v.net and q.day = v.day
left join returns as r on r.net = v.net and r.day = v.day and r.opened = v.opened
