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
--   likeliest: is it the likeliest member, or, where nobody may have come, the outsider?
--   probability: of this explanation; those of a visit add up to 1
--   outsider_probability: that it was an outsider
with visited as materialized (
    select
        hash(v.app, v.connection, v.visit) as n,
        v.*,
        hash(v.app, v.connection, v.network) as net,
        cast(v.first_seen at time zone 'UTC' as date) as day,
        hash(v.app, v.connection, v.item) as thing,
        hash(v.app, v.connection, v.behind) as opened,
        hash(v.app, v.connection, v.link_owner) as owner,
        hash(v.app, v.connection, v.claimed) as typed
    from visits(since := $since, until := $until, app := $app, connection := $connection) as v
), signed as materialized (
    select a.*
    from member_acts(since := $since, until := $until, app := $app, connection := $connection) as a
), daily as materialized (
    select s.net, s.person, s.day, count(*) as acts, min(s.at) as begun, max(s.at) as ended
    from signed as s
    group by all
), presence as materialized (
    select d.*
    from daily as d
    semi join (select distinct v.net from visited as v where v.network is not null) as v
        on v.net = d.net
), touched as materialized (
    select s.thing, s.person, s.at, s.day, epoch_us(s.at) // 1800000000 as half_hour
    from signed as s
    semi join (select distinct v.thing from visited as v where v.item is not null) as v
        on v.thing = s.thing
), guests as materialized (
    select g.*
    from guest_days(since := $since, until := $until, app := $app, connection := $connection) as g
), asked as (
    select distinct v.net, v.day from visited as v where v.network is not null
), known as materialized (
    -- Who was seen at an address in the week before and the week after the day of a visit.
    select
        a.net, a.day, p.person, cast(sum(p.acts) as bigint) as acts, count(*) as days,
        bool_or(p.day = a.day) as today
    from asked as a
    join presence as p on p.net = a.net and p.day between a.day - 7 and a.day + 7
    group by all
), addresses as materialized (
    select
        k.net, k.day, count(*) as people, cast(sum(k.acts) as bigint) as acts,
        count(*) filter (where k.today) as people_today
    from known as k
    group by all
), strangeness as (
    select
        a.net, a.day, count(*) as visits,
        count(*) filter (where coalesce(g.opened_before < a.day - 7, true)) as links,
        count(*) filter (where coalesce(g.owner_before < a.day - 7, true)) as owners
    from asked as a
    join guests as g on g.net = a.net and g.day between a.day - 7 and a.day + 7
    group by all
), audience as (
    -- Networks that a link was opened from, two weeks around, though none of ours was there.
    select
        o.opened, o.day,
        count(*) filter (where not g.ours) as nets, count(*) filter (where g.ours) as inside
    from (select distinct v.opened, v.day from visited as v) as o
    join (
        select u.*, p.net is not null as ours
        from guests as u
        left join (select distinct presence.net from presence) as p on p.net = u.net
    ) as g
        on g.opened = o.opened and g.day between o.day - 14 and o.day + 14
        and coalesce(g.opened_before < o.day - 14, true)
    group by all
), returns as (
    select d.net, d.day, d.opened, count(*) - 1 as again
    from (
        select distinct v.net, v.day, v.opened from visited as v where v.network is not null
    ) as d
    join guests as g
        on g.net = d.net and g.opened = d.opened and g.day between d.day - 14 and d.day + 14
    group by all
), sign_ins as (
    select s.net, s.at, min(s.person) as person
    from signed as s
    semi join presence as p on p.net = s.net
    where s.signs_in
    group by all
), next_sign_in as materialized (
    select s.n, s.person, s.signed_at
    from (
        select
            u.n,
            first_value(u.person ignore nulls) over later as person,
            first_value(u.seen ignore nulls) over later as signed_at
        from (
            select s.net, s.at, s.person, s.at as seen, null as n from sign_ins as s
            union all by name
            select v.net, v.first_seen as at, v.n from visited as v where v.network is not null
        ) as u
        window later as (
            partition by u.net order by u.at range between current row and unbounded following
        )
        qualify u.n is not null
    ) as s
    where s.person is not null
), crowded as materialized (
    select v.n, v.net, v.day, v.first_seen as at, v.thing, v.item, v.owner, v.typed
    from visited as v
    join addresses as a on a.net = v.net and a.day = v.day and a.people > 12
), seen as (
    select s.net, s.at, min(s.person) as person
    from signed as s
    semi join (select distinct c.net from crowded as c) as c on c.net = s.net
    group by all
), around as (
    select
        u.n, u.net, u.day,
        last_value(u.person ignore nulls) over sooner as sooner,
        first_value(u.person ignore nulls) over later as later
    from (
        select s.net, s.at, s.person, null as n, null as day from seen as s
        union all by name
        select c.net, c.at, c.n, c.day from crowded as c
    ) as u
    window
        sooner as (
            partition by u.net order by u.at range between unbounded preceding and current row
        ),
        later as (
            partition by u.net order by u.at range between current row and unbounded following
        )
    qualify u.n is not null
), pointed as (
    -- In a crowd only somebody to whom something points.
    select a.n, a.net, a.day, unnest([a.sooner, a.later]) as person from around as a
    union
    select c.n, c.net, c.day, s.person from crowded as c join next_sign_in as s on s.n = c.n
    union
    select c.n, c.net, c.day, unnest([c.owner, c.typed]) as person from crowded as c
    union
    select c.n, c.net, c.day, t.person
    from crowded as c
    join (select distinct touched.thing, touched.person, touched.day from touched) as t
        on t.thing = c.thing and t.day between c.day - 1 and c.day + 1
), worked as (
    -- In the same half hour or the one after: at least everybody who did so half an hour before.
    select distinct t.thing, t.person, unnest([t.half_hour, t.half_hour + 1]) as half_hour
    from touched as t
    semi join visited as v on v.thing = t.thing and v.owner = t.person
), named as (
    select v.n, k.person, k.acts, k.days
    from visited as v
    join addresses as a on a.net = v.net and a.day = v.day and a.people <= 12
    join known as k on k.net = v.net and k.day = v.day
    union all
    select p.n, p.person, k.acts, k.days
    from pointed as p
    join known as k on k.net = p.net and k.day = p.day and k.person = p.person
    union all
    -- Whoever was not seen at the address can only be somebody who just worked on the item,
    select v.n, v.owner as person, null as acts, null as days
    from visited as v
    semi join worked as w
        on w.thing = v.thing and w.person = v.owner
        and w.half_hour = epoch_us(v.first_seen) // 1800000000
    anti join known as k on k.net = v.net and k.day = v.day and k.person = v.owner
    where v.link_owner is not null and v.item is not null
    union all
    -- or whose address was typed.
    select v.n, v.typed as person, null as acts, null as days
    from visited as v
    semi join presence as p on p.person = v.typed
    anti join known as k on k.net = v.net and k.day = v.day and k.person = v.typed
    where v.claimed is not null
), pairs as materialized (
    select
        m.n, m.person, max(m.acts) as acts, max(m.days) as days,
        any_value(v.net) as net, any_value(v.day) as day, any_value(v.thing) as thing,
        any_value(v.opened) as opened, any_value(v.first_seen) as at,
        bool_or(v.link_owner is not null and m.person = v.owner) as is_owner,
        bool_or(v.claimed is not null and m.person = v.typed) as is_typed
    from named as m
    join visited as v on v.n = m.n
    group by m.n, m.person
), same_day as (
    select
        p.n, p.person,
        max(s.at) filter (where s.at <= p.at) as sooner,
        min(s.at) filter (where s.at >= p.at) as later,
        max(s.at) filter (where s.at <= p.at and s.net = p.net) as here_sooner,
        min(s.at) filter (where s.at >= p.at and s.net = p.net) as here_later
    from pairs as p
    join signed as s on s.person = p.person and s.day = p.day
    group by all
), here_days as (
    select
        d.net, d.person, d.day,
        lag(d.ended ignore nulls) over line as sooner, lead(d.begun ignore nulls) over line as later
    from (
        select p.net, p.person, p.day, p.begun, p.ended from presence as p
        union all by name
        select distinct p.net, p.person, p.day
        from pairs as p
        anti join presence as q on q.net = p.net and q.person = p.person and q.day = p.day
    ) as d
    window line as (partition by d.net, d.person order by d.day)
), days as (
    select
        d.person, d.day,
        lag(max(d.ended) ignore nulls) over line as sooner,
        lead(min(d.begun) ignore nulls) over line as later
    from (
        select d.person, d.day, d.begun, d.ended from daily as d
        union all by name
        select p.person, p.day from pairs as p
    ) as d
    group by d.person, d.day
    window line as (partition by d.person order by d.day)
), at_item as (
    select
        u.n, u.person,
        last_value(u.seen ignore nulls) over sooner as sooner,
        first_value(u.seen ignore nulls) over later as later
    from (
        select t.thing, t.person, t.at, t.at as seen, null as n
        from touched as t
        semi join pairs as p on p.thing = t.thing and p.person = t.person
        union all by name
        select p.thing, p.person, p.at, p.n
        from pairs as p
        semi join touched as t on t.thing = p.thing and t.person = p.person
    ) as u
    window
        sooner as (
            partition by u.thing, u.person order by u.at
            range between unbounded preceding and current row
        ),
        later as (
            partition by u.thing, u.person order by u.at
            range between current row and unbounded following
        )
    qualify u.n is not null
), timed as (
    select
        p.*,
        coalesce(s.sooner, d.sooner) as sooner, coalesce(s.later, d.later) as later,
        coalesce(s.here_sooner, h.sooner) as here_sooner,
        coalesce(s.here_later, h.later) as here_later,
        i.sooner as item_sooner, i.later as item_later
    from pairs as p
    left join same_day as s on s.n = p.n and s.person = p.person
    left join days as d on d.person = p.person and d.day = p.day
    left join here_days as h on h.net = p.net and h.person = p.person and h.day = p.day
    left join at_item as i on i.n = p.n and i.person = p.person
), fit as materialized (
    select
        t.n, t.person, t.acts, t.days, t.net, t.day, t.opened, t.at, t.is_owner, t.is_typed,
        date_diff('second', t.here_sooner, t.at) / 60.0 as before,
        date_diff('second', t.at, t.here_later) / 60.0 as after,
        date_diff('second', t.item_sooner, t.at) / 60.0 as item_before,
        date_diff('second', t.at, t.item_later) / 60.0 as item_after,
        date_diff('second', t.sooner, t.at) / 60.0 as any_before,
        date_diff('second', t.at, t.later) / 60.0 as any_after,
        coalesce(t.sooner = t.here_sooner, false) as comes_from_here,
        coalesce(t.later = t.here_later, false) as goes_on_here,
        least(before, after) as near,
        least(item_before, item_after) as item_near
    from timed as t
    where t.acts is not null or t.is_typed or (t.is_owner and item_before <= 30)
), homes as (
    -- Links that were opened from where hardly anybody but this person signs in.
    select distinct k.person, g.opened, g.day, g.net
    from addresses as a
    join known as k on k.net = a.net and k.day = a.day
    join guests as g on g.net = a.net and g.day = a.day
    where a.people <= 2
), home_too as (
    select distinct f.n, f.person
    from fit as f
    join homes as h
        on h.person = f.person and h.opened = f.opened and h.net <> f.net
        and h.day between f.day - 14 and f.day + 14
), absences as (
    -- One house, one guest: how often somebody came while its members were elsewhere, or here.
    select f.net, f.day, f.n,
        bool_and(
            coalesce(f.any_before <= 30 and not f.comes_from_here, false)
            or coalesce(f.any_after <= 30 and not f.goes_on_here, false)
            or coalesce(
                f.any_before <= 300 and not f.comes_from_here
                and f.any_after <= 300 and not f.goes_on_here,
                false
            )
        ) as away,
        bool_or(f.comes_from_here and f.goes_on_here and f.any_before <= 240 and f.any_after <= 240)
            as here
    from fit as f
    join addresses as a on a.net = f.net and a.day = f.day and a.people <= 2
    where f.acts is not null
    group by all
), absent_days as (
    select b.net, b.day, count(*) filter (where b.away) as away, count(*) filter (where b.here) as here
    from absences as b
    group by all
), household as (
    select d.net, d.day, sum(b.away) as others, sum(b.here) as same
    from absent_days as d
    join absent_days as b on b.net = d.net and b.day between d.day - 14 and d.day + 14
    group by all
), weights as (
    select *
    from (select w.evidence, w.weight from visit_weights as w) pivot (
        any_value(weight) for evidence in (
            'a_member', 'seen_3', 'seen_15', 'seen_60', 'seen_240', 'seen_day',
            'home_60', 'home_day', 'home_week', 'stays', 'never_here', 'home_too',
            'crowd', 'share', 'regular', 'owner_worked', 'owner', 'item_soon',
            'item_just', 'item_day', 'item_known', 'signs_in_next', 'typed_address',
            'stayed_here', 'stayed_elsewhere', 'owner_here', 'elsewhere_before',
            'elsewhere_after', 'others_here', 'same_here', 'a_somebody',
            'somebody_unseen', 'somebody_crowd', 'somebody_today', 'links_opened',
            'owners_opened', 'opened_outside', 'opened_inside', 'opened_again',
            'mostly_unsigned', 'loyal', 'nobody_today', 'typed_stranger'
        )
    )
), persons as (
    select g.person, min(g.email) as email
    from (
        select hash(e.app, e.connection, lower(e.actor_email)) as person, lower(e.actor_email) as email
        from events_as_told as e
        where e.authenticated
            and e.actor_email is not null
            and ($app is null or e.app = $app)
            and ($connection is null or e.connection = $connection)
            and ($since is null
                or e.event_date >= cast(cast($since as timestamptz) at time zone 'UTC' as date) - 14)
            and ($until is null
                or e.event_date <= cast(cast($until as timestamptz) at time zone 'UTC' as date) + 14)
    ) as g
    group by g.person
), members as (
    select
        f.n, f.person, f.before, f.after, f.item_before, f.item_after, f.is_owner,
        f.any_before, f.any_after, coalesce(a.people, 0) as people,
        1 as a_member,
        coalesce(cast(f.near <= 3 as int), 0) as seen_3,
        coalesce(cast(f.near > 3 and f.near <= 15 as int), 0) as seen_15,
        coalesce(cast(f.near > 15 and f.near <= 60 as int), 0) as seen_60,
        coalesce(cast(f.near > 60 and f.near <= 240 as int), 0) as seen_240,
        coalesce(cast(f.near > 240 and f.near <= 1440 as int), 0) as seen_day,
        coalesce(cast(a.people <= 2 and f.near <= 60 as int), 0) as home_60,
        coalesce(cast(a.people <= 2 and f.near > 60 and f.near <= 1440 as int), 0) as home_day,
        coalesce(cast(a.people <= 2 and f.near > 1440 as int), 0) as home_week,
        coalesce(cast(f.before <= 10080 and f.after <= 10080 as int), 0) as stays,
        cast(f.acts is null as int) as never_here,
        cast(t.n is not null as int) as home_too,
        coalesce(ln(a.people), 0) as crowd,
        coalesce(ln(f.acts / a.acts), 0) as share,
        coalesce(ln(f.days), 0) as regular,
        coalesce(cast(f.is_owner and coalesce(f.item_before <= 30, false) as int), 0) as owner_worked,
        coalesce(cast(f.is_owner and not coalesce(f.item_before <= 30, false) as int), 0) as owner,
        coalesce(cast(not f.is_owner and f.item_after <= 30 as int), 0) as item_soon,
        coalesce(cast(not f.is_owner and f.item_before <= 30 as int), 0) as item_just,
        coalesce(cast(not f.is_owner and f.item_near > 30 and f.item_near <= 1440 as int), 0) as item_day,
        coalesce(cast(not f.is_owner and f.item_near > 1440 and f.item_near <= 20160 as int), 0) as item_known,
        coalesce(cast(s.person = f.person and date_diff('second', f.at, s.signed_at) < 900 as int), 0) as signs_in_next,
        cast(f.is_typed as int) as typed_address,
        coalesce(cast(f.any_before <= 300 and f.any_after <= 300 and f.comes_from_here and f.goes_on_here as int), 0) as stayed_here,
        coalesce(cast(f.any_before <= 300 and f.any_after <= 300 and not f.comes_from_here and not f.goes_on_here as int), 0) as stayed_elsewhere,
        coalesce(cast(f.is_owner and f.near <= 60 as int), 0) as owner_here,
        coalesce(cast(f.any_before <= 90 and not f.comes_from_here as int), 0) as elsewhere_before,
        coalesce(cast(f.any_after <= 90 and not f.goes_on_here as int), 0) as elsewhere_after,
        case when a.people <= 2 then ln(1 + coalesce(q.others, 0)) else 0 end as others_here,
        case when a.people <= 2 then ln(1 + coalesce(q.same, 0)) else 0 end as same_here
    from fit as f
    left join addresses as a on a.net = f.net and a.day = f.day
    left join household as q on q.net = f.net and q.day = f.day
    left join home_too as t on t.n = f.n and t.person = f.person
    left join next_sign_in as s on s.n = f.n
), member_scores as materialized (
    select m.*, p.email as member, m.a_member * w.a_member
        + m.seen_3 * w.seen_3
        + m.seen_15 * w.seen_15
        + m.seen_60 * w.seen_60
        + m.seen_240 * w.seen_240
        + m.seen_day * w.seen_day
        + m.home_60 * w.home_60
        + m.home_day * w.home_day
        + m.home_week * w.home_week
        + m.stays * w.stays
        + m.never_here * w.never_here
        + m.home_too * w.home_too
        + m.crowd * w.crowd
        + m.share * w.share
        + m.regular * w.regular
        + m.owner_worked * w.owner_worked
        + m.owner * w.owner
        + m.item_soon * w.item_soon
        + m.item_just * w.item_just
        + m.item_day * w.item_day
        + m.item_known * w.item_known
        + m.signs_in_next * w.signs_in_next
        + m.typed_address * w.typed_address
        + m.stayed_here * w.stayed_here
        + m.stayed_elsewhere * w.stayed_elsewhere
        + m.owner_here * w.owner_here
        + m.elsewhere_before * w.elsewhere_before
        + m.elsewhere_after * w.elsewhere_after
        + m.others_here * w.others_here
        + m.same_here * w.same_here as score
    from members as m
    join persons as p on p.person = m.person
    cross join weights as w
), surroundings as (
    select
        v.n, coalesce(a.people, 0) as people, s.links, coalesce(f.nets, 0) as addresses_outside,
        cast(a.people is null as int) as somebody_unseen,
        coalesce(ln(a.people), 0) as somebody_crowd,
        coalesce(ln(1 + a.people_today), 0) as somebody_today,
        coalesce(ln(s.links), 0) as links_opened,
        coalesce(ln(s.owners), 0) as owners_opened,
        ln(1 + coalesce(f.nets, 0)) as opened_outside,
        ln(1 + coalesce(f.inside, 0)) as opened_inside,
        ln(1 + coalesce(r.again, 0)) as opened_again,
        coalesce(ln(s.visits / a.acts), 0) as mostly_unsigned,
        coalesce(ln(a.acts / a.people), 0) as loyal,
        cast(coalesce(a.people_today, 0) = 0 as int) as nobody_today,
        cast(v.claimed is not null and t.n is null as int) as typed_stranger
    from visited as v
    left join addresses as a on a.net = v.net and a.day = v.day
    left join strangeness as s on s.net = v.net and s.day = v.day
    left join audience as f on f.opened = v.opened and f.day = v.day
    left join returns as r on r.net = v.net and r.day = v.day and r.opened = v.opened
    left join (select distinct fit.n from fit where fit.is_typed) as t on t.n = v.n
), visit_scores as materialized (
    select s.*, w.a_somebody
        + s.somebody_unseen * w.somebody_unseen
        + s.somebody_crowd * w.somebody_crowd
        + s.somebody_today * w.somebody_today as somebody, s.links_opened * w.links_opened
        + s.owners_opened * w.owners_opened
        + s.opened_outside * w.opened_outside
        + s.opened_inside * w.opened_inside
        + s.opened_again * w.opened_again
        + s.mostly_unsigned * w.mostly_unsigned
        + s.loyal * w.loyal
        + s.nobody_today * w.nobody_today
        + s.typed_stranger * w.typed_stranger as outsider
    from surroundings as s
    cross join weights as w
), best as (
    select m.n, sum(exp(m.score)) as odds, max(m.score) as score
    from member_scores as m
    group by m.n
), likeliest as (
    select m.n, any_value(b.odds) as odds, min(m.member) as member
    from member_scores as m
    join best as b on b.n = m.n and b.score = m.score
    group by m.n
), chances as materialized (
    select
        s.n, s.people, s.links, s.addresses_outside, l.member,
        exp(s.somebody) + exp(s.outsider) + coalesce(l.odds, 0) as total,
        exp(s.outsider) / total as outsider_probability
    from visit_scores as s
    left join likeliest as l on l.n = s.n
), explanations as (
    select 'member' as explanation, m.member = c.member as likeliest,
        exp(m.score) / c.total as probability, c.outsider_probability,
        c.links, c.addresses_outside, m.*
    from member_scores as m
    join chances as c on c.n = m.n
    union all by name
    select 'somebody' as explanation, false as likeliest, s.somebody as score, 1 as a_somebody,
        exp(s.somebody) / c.total as probability, c.outsider_probability,
        s.n, s.people, s.links, s.addresses_outside, s.somebody_unseen, s.somebody_crowd,
        s.somebody_today
    from visit_scores as s
    join chances as c on c.n = s.n
    union all by name
    select 'outsider' as explanation, c.member is null as likeliest, s.outsider as score,
        c.outsider_probability as probability, c.outsider_probability,
        s.* exclude (somebody, outsider, somebody_unseen, somebody_crowd, somebody_today)
    from visit_scores as s
    join chances as c on c.n = s.n
)
select
    v.* exclude (n, net, day, thing, opened, owner, typed),
    x.explanation,
    x.member,
    x.score,
    x.before, x.after, x.item_before, x.item_after, coalesce(x.is_owner, false) as is_owner,
    x.any_before, x.any_after, x.people, x.links, x.addresses_outside,
    coalesce(x.a_member, 0) as a_member,
    coalesce(x.seen_3, 0) as seen_3,
    coalesce(x.seen_15, 0) as seen_15,
    coalesce(x.seen_60, 0) as seen_60,
    coalesce(x.seen_240, 0) as seen_240,
    coalesce(x.seen_day, 0) as seen_day,
    coalesce(x.home_60, 0) as home_60,
    coalesce(x.home_day, 0) as home_day,
    coalesce(x.home_week, 0) as home_week,
    coalesce(x.stays, 0) as stays,
    coalesce(x.never_here, 0) as never_here,
    coalesce(x.home_too, 0) as home_too,
    coalesce(x.crowd, 0) as crowd,
    coalesce(x.share, 0) as share,
    coalesce(x.regular, 0) as regular,
    coalesce(x.owner_worked, 0) as owner_worked,
    coalesce(x.owner, 0) as owner,
    coalesce(x.item_soon, 0) as item_soon,
    coalesce(x.item_just, 0) as item_just,
    coalesce(x.item_day, 0) as item_day,
    coalesce(x.item_known, 0) as item_known,
    coalesce(x.signs_in_next, 0) as signs_in_next,
    coalesce(x.typed_address, 0) as typed_address,
    coalesce(x.stayed_here, 0) as stayed_here,
    coalesce(x.stayed_elsewhere, 0) as stayed_elsewhere,
    coalesce(x.owner_here, 0) as owner_here,
    coalesce(x.elsewhere_before, 0) as elsewhere_before,
    coalesce(x.elsewhere_after, 0) as elsewhere_after,
    coalesce(x.others_here, 0) as others_here,
    coalesce(x.same_here, 0) as same_here,
    coalesce(x.a_somebody, 0) as a_somebody,
    coalesce(x.somebody_unseen, 0) as somebody_unseen,
    coalesce(x.somebody_crowd, 0) as somebody_crowd,
    coalesce(x.somebody_today, 0) as somebody_today,
    coalesce(x.links_opened, 0) as links_opened,
    coalesce(x.owners_opened, 0) as owners_opened,
    coalesce(x.opened_outside, 0) as opened_outside,
    coalesce(x.opened_inside, 0) as opened_inside,
    coalesce(x.opened_again, 0) as opened_again,
    coalesce(x.mostly_unsigned, 0) as mostly_unsigned,
    coalesce(x.loyal, 0) as loyal,
    coalesce(x.nobody_today, 0) as nobody_today,
    coalesce(x.typed_stranger, 0) as typed_stranger,
    x.likeliest,
    x.probability,
    x.outsider_probability
from explanations as x
join visited as v on v.n = x.n
