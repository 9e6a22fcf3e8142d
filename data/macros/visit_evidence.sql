-- title: Evidence on visits
-- grain: one explanation of one visit: a certain member, somebody else of ours, or an outsider
-- parameters:
--   since: only visits whose events are from this moment on
--   until: only visits whose events are before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   visit: event_id of its first event
--   ip: address that the visit came from
--   network: the address; of an IPv6 address its first 64 bits, which one household or office has
--   country: country of the address, by the app's lookup
--   city: city of the address, by the app's lookup
--   client: program used, as far as the app tells
--   behind: what was opened: the link or file request, else the item, else its path or name
--   link: the open link or file request used, where the app names it
--   link_owner: whose link or item it is
--   item: what was seen or handed in
--   item_name: name of one item
--   claimed: e-mail address that the visitor typed in; nobody checked it
--   first_seen: first event
--   last_seen: last event
--   events: how many events
--   items: how many different items
--   activities: what was done
--   explanation: member, somebody or outsider
--   member: e-mail address of the member
--   score: natural logarithm of the odds: the sum of all evidence by its weight (visit_weights)
--   before: minutes since the member was seen signed in at the address
--   after: minutes until the member was
--   item_before: minutes since the member did something to the item, signed in
--   item_after: minutes until the member did
--   is_owner: whether the member owns the link
--   any_before: minutes since the member was seen signed in at all
--   any_after: minutes until the member was
--   people: members who sign in at the address in the week around
--   links: links opened at the address without signing in, in the week around
--   addresses_outside: addresses the link was opened from that none of ours uses
--   a_member: 1: one certain member, before anything is known
--   seen_3: 1: signed in at the address at most 3 minutes before or after
--   seen_15: 1: 3 to 15 minutes before or after
--   seen_60: 1: 15 to 60 minutes before or after
--   seen_240: 1: 1 to 4 hours before or after
--   seen_day: 1: 4 to 24 hours before or after; beyond a day there is no weight
--   home_60: 1: within the hour, at an address of at most two members
--   home_day: 1: within the day, at such an address
--   home_week: 1: longer ago, at such an address
--   stays: 1: signed in there both in the week before and in the week after
--   never_here: 1: not signed in at the address in the week around
--   home_too: 1: the link was also opened where hardly anybody but this member signs in
--   crowd: logarithm of how many members sign in at the address in the week around
--   share: logarithm of this member's share of what is done signed in there
--   regular: logarithm of the days on which this member signs in there
--   owner_worked: 1: owns the link and did something to the item in the half hour before
--   owner: 1: owns the link
--   item_soon: 1: came to the item signed in, in the half hour after
--   item_just: 1: was at the item signed in, in the half hour before
--   item_day: 1: was at the item signed in within the day
--   item_known: 1: within two weeks
--   signs_in_next: 1: the next to sign in at the address, in a quarter of an hour
--   typed_address: 1: the visitor typed this member's e-mail address
--   stayed_here: 1: the member's last act before and next act after, within 5 hours each, are at this address
--   stayed_elsewhere: 1: both are at another address
--   owner_here: 1: owns the link and is signed in at the address within the hour
--   elsewhere_before: 1: at another address in the 90 minutes before
--   elsewhere_after: 1: at another address in the 90 minutes after
--   others_here: logarithm of 1 + visits from this home while its members were elsewhere
--   same_here: logarithm of 1 + visits from this home while a member was here
--   a_somebody: 1: one of ours, but nothing tells who, before anything is known
--   somebody_unseen: 1: and none of ours signs in at the address
--   somebody_crowd: logarithm of how many members sign in at the address in the week around
--   somebody_today: logarithm of 1 + how many do so on that day
--   links_opened: logarithm of how many links were opened there without signing in, in the week around
--   owners_opened: logarithm of how many people own these links
--   opened_outside: logarithm of 1 + other addresses that the link was opened from and none of ours uses
--   opened_inside: logarithm of 1 + addresses of ours that the link was opened from
--   opened_again: logarithm of 1 + how often the link was opened at this address on other days
--   mostly_unsigned: logarithm of visits there for each act of a member who signed in
--   loyal: logarithm of acts signed in for each member at the address
--   nobody_today: 1: none of ours signed in at the address on that day
--   typed_stranger: 1: the visitor typed an e-mail address that is no member's
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
    select v.n, v.typed
    from visited as v
    where v.claimed is not null and v.typed in (select p.person from presence as p)
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
    where k.acts is not null
        or (v.claimed is not null and m.person = v.typed)
        or (v.link_owner is not null and m.person = v.owner)
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
            coalesce(t.any_before <= 30 and not t.comes_from_here, false)
            or coalesce(t.any_after <= 30 and not t.goes_on_here, false)
            or coalesce(
                t.any_before <= 300 and not t.comes_from_here
                and t.any_after <= 300 and not t.goes_on_here,
                false
            )
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
), weights as (
    select
        any_value(w.weight) filter (where w.evidence = 'a_member') as a_member,
        any_value(w.weight) filter (where w.evidence = 'seen_3') as seen_3,
        any_value(w.weight) filter (where w.evidence = 'seen_15') as seen_15,
        any_value(w.weight) filter (where w.evidence = 'seen_60') as seen_60,
        any_value(w.weight) filter (where w.evidence = 'seen_240') as seen_240,
        any_value(w.weight) filter (where w.evidence = 'seen_day') as seen_day,
        any_value(w.weight) filter (where w.evidence = 'home_60') as home_60,
        any_value(w.weight) filter (where w.evidence = 'home_day') as home_day,
        any_value(w.weight) filter (where w.evidence = 'home_week') as home_week,
        any_value(w.weight) filter (where w.evidence = 'stays') as stays,
        any_value(w.weight) filter (where w.evidence = 'never_here') as never_here,
        any_value(w.weight) filter (where w.evidence = 'home_too') as home_too,
        any_value(w.weight) filter (where w.evidence = 'crowd') as crowd,
        any_value(w.weight) filter (where w.evidence = 'share') as share,
        any_value(w.weight) filter (where w.evidence = 'regular') as regular,
        any_value(w.weight) filter (where w.evidence = 'owner_worked') as owner_worked,
        any_value(w.weight) filter (where w.evidence = 'owner') as owner,
        any_value(w.weight) filter (where w.evidence = 'item_soon') as item_soon,
        any_value(w.weight) filter (where w.evidence = 'item_just') as item_just,
        any_value(w.weight) filter (where w.evidence = 'item_day') as item_day,
        any_value(w.weight) filter (where w.evidence = 'item_known') as item_known,
        any_value(w.weight) filter (where w.evidence = 'signs_in_next') as signs_in_next,
        any_value(w.weight) filter (where w.evidence = 'typed_address') as typed_address,
        any_value(w.weight) filter (where w.evidence = 'stayed_here') as stayed_here,
        any_value(w.weight) filter (where w.evidence = 'stayed_elsewhere') as stayed_elsewhere,
        any_value(w.weight) filter (where w.evidence = 'owner_here') as owner_here,
        any_value(w.weight) filter (where w.evidence = 'elsewhere_before') as elsewhere_before,
        any_value(w.weight) filter (where w.evidence = 'elsewhere_after') as elsewhere_after,
        any_value(w.weight) filter (where w.evidence = 'others_here') as others_here,
        any_value(w.weight) filter (where w.evidence = 'same_here') as same_here,
        any_value(w.weight) filter (where w.evidence = 'a_somebody') as a_somebody,
        any_value(w.weight) filter (where w.evidence = 'somebody_unseen') as somebody_unseen,
        any_value(w.weight) filter (where w.evidence = 'somebody_crowd') as somebody_crowd,
        any_value(w.weight) filter (where w.evidence = 'somebody_today') as somebody_today,
        any_value(w.weight) filter (where w.evidence = 'links_opened') as links_opened,
        any_value(w.weight) filter (where w.evidence = 'owners_opened') as owners_opened,
        any_value(w.weight) filter (where w.evidence = 'opened_outside') as opened_outside,
        any_value(w.weight) filter (where w.evidence = 'opened_inside') as opened_inside,
        any_value(w.weight) filter (where w.evidence = 'opened_again') as opened_again,
        any_value(w.weight) filter (where w.evidence = 'mostly_unsigned') as mostly_unsigned,
        any_value(w.weight) filter (where w.evidence = 'loyal') as loyal,
        any_value(w.weight) filter (where w.evidence = 'nobody_today') as nobody_today,
        any_value(w.weight) filter (where w.evidence = 'typed_stranger') as typed_stranger
    from visit_weights as w
), persons as (
    select distinct
        hash(e.app, e.connection, lower(e.actor_email)) as person, lower(e.actor_email) as email
    from events_as_told as e
    where e.authenticated
        and ($app is null or e.app = $app)
        and ($connection is null or e.connection = $connection)
        and ($since is null
            or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date) - 14)
        and ($until is null
            or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date) + 14)
), valued as (
    select
        e.n, e.explanation, e.person, e.before, e.after, e.item_before, e.item_after,
        coalesce(e.is_owner, false) as is_owner, e.any_before, e.any_after,
        coalesce(a.people, 0) as people, s.links, coalesce(f.nets, 0) as addresses_outside,
        coalesce(cast(e.explanation = 'member' as int), 0) as a_member,
        coalesce(cast(e.near <= 3 as int), 0) as seen_3,
        coalesce(cast(e.near > 3 and e.near <= 15 as int), 0) as seen_15,
        coalesce(cast(e.near > 15 and e.near <= 60 as int), 0) as seen_60,
        coalesce(cast(e.near > 60 and e.near <= 240 as int), 0) as seen_240,
        coalesce(cast(e.near > 240 and e.near <= 1440 as int), 0) as seen_day,
        coalesce(cast(a.people <= 2 and e.near <= 60 as int), 0) as home_60,
        coalesce(cast(a.people <= 2 and e.near > 60 and e.near <= 1440 as int), 0) as home_day,
        coalesce(cast(a.people <= 2 and e.near > 1440 as int), 0) as home_week,
        coalesce(cast(e.before <= 10080 and e.after <= 10080 as int), 0) as stays,
        coalesce(cast(e.explanation = 'member' and e.acts is null as int), 0) as never_here,
        coalesce(least(e.elsewhere_too, 1), 0) as home_too,
        coalesce(case when e.explanation = 'member' then ln(a.people) else 0 end, 0) as crowd,
        coalesce(ln(e.acts / a.acts), 0) as share,
        coalesce(ln(e.days), 0) as regular,
        coalesce(cast(e.is_owner and coalesce(e.item_before <= 30, false) as int), 0) as owner_worked,
        coalesce(cast(e.is_owner and not coalesce(e.item_before <= 30, false) as int), 0) as owner,
        coalesce(cast(not e.is_owner and e.item_after <= 30 as int), 0) as item_soon,
        coalesce(cast(not e.is_owner and e.item_before <= 30 as int), 0) as item_just,
        coalesce(cast(not e.is_owner and e.item_near > 30 and e.item_near <= 1440 as int), 0) as item_day,
        coalesce(cast(not e.is_owner and e.item_near > 1440 and e.item_near <= 20160 as int), 0) as item_known,
        coalesce(cast(e.signs_in as int), 0) as signs_in_next,
        coalesce(cast(e.is_typed as int), 0) as typed_address,
        coalesce(cast(e.any_before <= 300 and e.any_after <= 300 and e.comes_from_here and e.goes_on_here as int), 0) as stayed_here,
        coalesce(cast(e.any_before <= 300 and e.any_after <= 300 and not e.comes_from_here and not e.goes_on_here as int), 0) as stayed_elsewhere,
        coalesce(cast(e.is_owner and e.near <= 60 as int), 0) as owner_here,
        coalesce(cast(e.any_before <= 90 and not e.comes_from_here as int), 0) as elsewhere_before,
        coalesce(cast(e.any_after <= 90 and not e.goes_on_here as int), 0) as elsewhere_after,
        coalesce(case when e.explanation = 'member' and a.people <= 2 then ln(1 + coalesce(q.others, 0)) else 0 end, 0) as others_here,
        coalesce(case when e.explanation = 'member' and a.people <= 2 then ln(1 + coalesce(q.same, 0)) else 0 end, 0) as same_here,
        coalesce(cast(e.explanation = 'somebody' as int), 0) as a_somebody,
        coalesce(cast(e.explanation = 'somebody' and a.people is null as int), 0) as somebody_unseen,
        coalesce(case when e.explanation = 'somebody' then ln(a.people) else 0 end, 0) as somebody_crowd,
        coalesce(case when e.explanation = 'somebody' then ln(1 + a.people_today) else 0 end, 0) as somebody_today,
        coalesce(case when e.explanation = 'outsider' then ln(s.links) else 0 end, 0) as links_opened,
        coalesce(case when e.explanation = 'outsider' then ln(s.owners) else 0 end, 0) as owners_opened,
        coalesce(case when e.explanation = 'outsider' then ln(1 + coalesce(f.nets, 0)) else 0 end, 0) as opened_outside,
        coalesce(case when e.explanation = 'outsider' then ln(1 + coalesce(f.inside, 0)) else 0 end, 0) as opened_inside,
        coalesce(case when e.explanation = 'outsider' then ln(1 + coalesce(r.again, 0)) else 0 end, 0) as opened_again,
        coalesce(case when e.explanation = 'outsider' then ln(s.visits / a.acts) else 0 end, 0) as mostly_unsigned,
        coalesce(case when e.explanation = 'outsider' then ln(a.acts / a.people) else 0 end, 0) as loyal,
        coalesce(cast(e.explanation = 'outsider' and coalesce(a.people_today, 0) = 0 as int), 0) as nobody_today,
        coalesce(cast(e.has_typed as int), 0) as typed_stranger
    from explained as e
    join visited as v on v.n = e.n
    left join addresses as a on a.net = v.net and a.day = v.day
    left join strangeness as s on s.net = v.net and s.day = v.day
    left join audience as f on f.opened = v.opened and f.day = v.day
    left join household as q on q.net = v.net and q.day = v.day
    left join returns as r on r.net = v.net and r.day = v.day and r.opened = v.opened
)
select
    v.* exclude (n, net, day, thing, opened, owner, typed),
    x.explanation,
    p.email as member,
    x.a_member * weights.a_member
    + x.seen_3 * weights.seen_3
    + x.seen_15 * weights.seen_15
    + x.seen_60 * weights.seen_60
    + x.seen_240 * weights.seen_240
    + x.seen_day * weights.seen_day
    + x.home_60 * weights.home_60
    + x.home_day * weights.home_day
    + x.home_week * weights.home_week
    + x.stays * weights.stays
    + x.never_here * weights.never_here
    + x.home_too * weights.home_too
    + x.crowd * weights.crowd
    + x.share * weights.share
    + x.regular * weights.regular
    + x.owner_worked * weights.owner_worked
    + x.owner * weights.owner
    + x.item_soon * weights.item_soon
    + x.item_just * weights.item_just
    + x.item_day * weights.item_day
    + x.item_known * weights.item_known
    + x.signs_in_next * weights.signs_in_next
    + x.typed_address * weights.typed_address
    + x.stayed_here * weights.stayed_here
    + x.stayed_elsewhere * weights.stayed_elsewhere
    + x.owner_here * weights.owner_here
    + x.elsewhere_before * weights.elsewhere_before
    + x.elsewhere_after * weights.elsewhere_after
    + x.others_here * weights.others_here
    + x.same_here * weights.same_here
    + x.a_somebody * weights.a_somebody
    + x.somebody_unseen * weights.somebody_unseen
    + x.somebody_crowd * weights.somebody_crowd
    + x.somebody_today * weights.somebody_today
    + x.links_opened * weights.links_opened
    + x.owners_opened * weights.owners_opened
    + x.opened_outside * weights.opened_outside
    + x.opened_inside * weights.opened_inside
    + x.opened_again * weights.opened_again
    + x.mostly_unsigned * weights.mostly_unsigned
    + x.loyal * weights.loyal
    + x.nobody_today * weights.nobody_today
    + x.typed_stranger * weights.typed_stranger as score,
    x.* exclude (n, explanation, person)
from valued as x
join visited as v on v.n = x.n
left join persons as p on p.person = x.person
cross join weights
