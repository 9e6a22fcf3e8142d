-- title: Facts on visits
-- grain: one visit of an outsider, or of one member who may have come
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
--   app: only this app
--   connection: only this connection
--   who: only visits from where this person, by e-mail address or id, may have come, and through their links
-- columns:
--   explanation: outsider, with what is known of the visit; or member, with what is of her
--   n: number of the visit
--   member: e-mail address of the member
--   before: minutes since the member was seen signed in at the address
--   after: minutes until the member was
--   item_before: minutes since the member did something to the item, signed in
--   item_after: minutes until the member did
--   any_before: minutes since the member was seen signed in at all
--   any_after: minutes until the member was
--   comes_from_here: was that at this address?
--   goes_on_here: will that be at this address?
--   is_owner: whether the member owns the link
--   is_typed: whether the visitor typed the member's e-mail address; an outsider's row: any member's
--   acts: what the member did signed in at the address in the week around
--   days: on how many days
--   signs_in_next: is the member the next to sign in there, in a quarter of an hour?
--   home_too: was the link also opened where hardly anybody but this member signs in?
--   people: members who sign in at the address in the week around
--   all_acts: what they did there signed in
--   others: visits from this home, in two weeks around, while its members were elsewhere
--   same: visits from this home while a member was here
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
--   people_today: members who sign in at the address on that day
--   links: links opened at the address without signing in, in the week around
--   owners: people who own these links
--   visits: links opened there, each day anew
--   outside: addresses the link was opened from, in two weeks around, that none of ours uses
--   inside: addresses of ours that it was opened from
--   again: on how many other days the link was opened at this address
-- What is said of a visit rests on the events of the three weeks before its day, of that day and of
-- the week after, and on no others: so it is the same whatever is asked for, and final a week later.
with told as materialized (
    -- A visit has events on the day on which it begins and on that on which it ends, on no others.
    select
        hash(v.app, v.connection, v.visit) as n,
        v.*,
        hash(v.app, v.connection, v.network) as net,
        cast(v.first_seen at time zone 'UTC' as date) as day,
        cast(v.last_seen at time zone 'UTC' as date) as last_day,
        hash(v.app, v.connection, v.item) as thing,
        hash(v.app, v.connection, v.behind) as opened,
        hash(v.app, v.connection, v.link_owner) as owner,
        hash(v.app, v.connection, v.claimed) as typed
    from visits(
        since := moment_of($since) - interval 384 hours,
        until := moment_of($until) + interval 192 hours,
        app := $app, connection := $connection
    ) as v
), whereabouts as (
    -- A network as a whole: its visits tell of each other.
    select hash(e.app, e.connection, network_of(e.ip)) as net
    from events_as_told as e
    cross join names_of($who) as t
    where $who is not null
        and lower(e.actor_email) in t.emails
        and is_of(e.app, e.connection, $app, $connection)
        and on_days(e.event_date, day_of($since) - 7, day_of($until) + 7)
    union
    select v.net
    from told as v
    cross join names_of($who) as t
    where $who is not null and (v.link_owner in t.emails or v.claimed in t.emails)
), visited as materialized (
    select v.* exclude (last_day)
    from told as v
    where in_span(v.first_seen, $since, $until)
        and ($who is null or v.net in (select w.net from whereabouts as w))
), beside as (
    -- Those of the fortnight before what is asked for, and the others of its days, tell of the homes.
    select v.n, v.net, v.day, v.first_seen as at
    from told as v
    where not in_span(v.first_seen, $since, $until)
        and on_days(v.day, day_of($since) - 15, day_of($until))
        and v.network is not null
), housed as materialized (
    select b.* from beside as b semi join visited as v on v.net = b.net
), signed as materialized (
    select a.*
    from member_acts(since := $since, until := $until, app := $app, connection := $connection) as a
), daily as materialized (
    select s.net, s.person, s.day, count(*) as acts, min(s.at) as begun, max(s.at) as ended
    from signed as s
    group by all
), guests as materialized (
    -- Of each day with visits to a link the days before on which it, or one of its owner's, was
    -- opened from there.
    select
        g.net, g.day, g.opened,
        lag(g.day) over (partition by g.net, g.opened order by g.day) as opened_before,
        lag(g.day) over (partition by g.net, g.owner order by g.day) as owner_before
    from (
        select v.net, v.day, v.opened, min(v.owner) as owner
        from (
            select v.net, v.day, v.opened, v.owner, v.network from told as v
            union all
            select v.net, v.last_day, v.opened, v.owner, v.network
            from told as v
            where v.last_day > v.day
        ) as v
        where v.network is not null
            and on_days(v.day, day_of($since) - 14, day_of($until) + 7)
        group by all
    ) as g
), met as materialized (
    -- Where the links were opened from.
    select g.*
    from guests as g
    semi join visited as v on v.opened = g.opened
), presence as materialized (
    select d.*
    from daily as d
    semi join (select distinct m.net from met as m) as m on m.net = d.net
), touched as materialized (
    select s.thing, s.person, s.at, s.day, epoch_us(s.at) // 1800000000 as half_hour
    from signed as s
    semi join (select distinct v.thing from visited as v where v.item is not null) as v
        on v.thing = s.thing
), asked as materialized (
    select distinct v.net, v.day from visited as v where v.network is not null
), places as (
    select a.net, a.day from asked as a
    union
    select m.net, m.day
    from met as m
    where $until is null
        or m.day <= day_of($until)
    union
    select h.net, h.day from housed as h
), known as materialized (
    -- Who was seen at an address in the week before and the week after the day of a visit.
    select
        a.net, a.day, p.person, cast(sum(p.acts) as bigint) as acts, count(*) as days,
        bool_or(p.day = a.day) as today
    from places as a
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
), signed_days as (
    -- Beside each day on which a link was opened, the days around on which ours signed in there.
    select u.*
    from (
        select
            u.opened, u.day, u.opened_before,
            last_value(u.signed ignore nulls) over sooner as seen,
            first_value(u.signed ignore nulls) over later as seen_next
        from (
            select m.net, m.day, m.opened, m.opened_before, null as signed from met as m
            union all by name
            select distinct p.net, p.day, p.day as signed from presence as p
        ) as u
        window
            sooner as (
                partition by u.net order by u.day range between unbounded preceding and current row
            ),
            later as (
                partition by u.net order by u.day range between current row and unbounded following
            )
    ) as u
    where u.opened is not null
), audience as (
    -- Networks that a link was opened from, though none of ours was there, or was.
    select
        o.opened, o.day, count(*) as nets,
        count(*) filter (where m.seen >= o.day - 14 or m.seen_next <= o.day + 7) as inside
    from (select distinct v.opened, v.day from visited as v) as o
    join signed_days as m
        on m.opened = o.opened and m.day between o.day - 14 and o.day + 7
        and coalesce(m.opened_before < o.day - 14, true)
    group by o.opened, o.day
), returns as (
    select d.net, d.day, d.opened, count(*) - 1 as again
    from (
        select distinct v.net, v.day, v.opened from visited as v where v.network is not null
    ) as d
    join guests as g
        on g.net = d.net and g.opened = d.opened and g.day between d.day - 14 and d.day + 7
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
            u.n, u.at,
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
    where date_diff('second', s.at, s.signed_at) <= 604800
), crowded as materialized (
    select v.n, v.net, v.day, v.first_seen as at, v.thing, v.item, v.owner, v.typed
    from visited as v
    join addresses as a on a.net = v.net and a.day = v.day and a.people > 12
), seen as (
    select s.net, s.at, s.day, min(s.person) as person
    from signed as s
    semi join (select distinct c.net from crowded as c) as c on c.net = s.net
    group by all
), around as (
    select
        u.n, u.net, u.day,
        last_value(u.one ignore nulls) over sooner as sooner,
        first_value(u.one ignore nulls) over later as later
    from (
        select s.net, s.at, {'person': s.person, 'day': s.day} as one, null as n, null as day
        from seen as s
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
    select a.n, a.net, a.day, a.sooner.person from around as a where a.sooner.day >= a.day - 7
    union
    select a.n, a.net, a.day, a.later.person from around as a where a.later.day <= a.day + 7
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
    join addresses as a on a.net = v.net and a.day = v.day
        and a.people <= 12
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
    semi join daily as d on d.person = v.typed and d.day between v.day - 14 and v.day + 7
    anti join known as k on k.net = v.net and k.day = v.day and k.person = v.typed
    where v.claimed is not null
), pairs as materialized (
    select
        m.n, m.person, max(m.acts) as acts, max(m.days) as days,
        any_value(v.net) as net, any_value(v.day) as day, any_value(v.thing) as thing,
        any_value(v.opened) as opened, any_value(v.first_seen) as at, true as asked,
        bool_or(v.network is not null) as placed,
        bool_or(v.link_owner is not null and m.person = v.owner) as is_owner,
        bool_or(v.claimed is not null and m.person = v.typed) as is_typed
    from named as m
    join visited as v on v.n = m.n
    group by m.n, m.person
    union all by name
    select h.n, k.person, k.acts, k.days, h.net, h.day, h.at, false as asked, true as placed
    from housed as h
    join addresses as a on a.net = h.net and a.day = h.day and a.people <= 2
    join known as k on k.net = h.net and k.day = h.day
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
        case when p.placed then coalesce(s.sooner, d.sooner) end as sooner,
        case when p.placed then coalesce(s.later, d.later) end as later,
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
        t.n, t.person, t.acts, t.days, t.net, t.day, t.opened, t.at, t.asked, t.is_owner,
        t.is_typed,
        within(date_diff('second', t.here_sooner, t.at) / 60.0, 20160) as before,
        within(date_diff('second', t.at, t.here_later) / 60.0, 10080) as after,
        within(date_diff('second', t.item_sooner, t.at) / 60.0, 20160) as item_before,
        within(date_diff('second', t.at, t.item_later) / 60.0, 10080) as item_after,
        within(date_diff('second', t.sooner, t.at) / 60.0, 20160) as any_before,
        within(date_diff('second', t.at, t.later) / 60.0, 10080) as any_after,
        coalesce(t.sooner = t.here_sooner, false) as comes_from_here,
        coalesce(t.later = t.here_later, false) as goes_on_here
    from timed as t
    where t.acts is not null or t.is_typed or (t.is_owner and item_before <= 30)
), homes as (
    -- Links that were opened from where hardly anybody but this person signs in.
    select distinct k.person, m.opened, m.day, m.net
    from addresses as a
    join known as k on k.net = a.net and k.day = a.day
    join met as m on m.net = a.net and m.day = a.day
    where a.people <= 2
), home_too as (
    select distinct f.n, f.person
    from fit as f
    join homes as h
        on h.person = f.person and h.opened = f.opened and h.net <> f.net
        and h.day between f.day - 14 and f.day
    where f.asked
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
    join absent_days as b on b.net = d.net and b.day between d.day - 14 and d.day
    group by all
), persons as (
    select g.person, min(g.email) as email
    from (
        select hash(s.app, s.connection, lower(s.email)) as person, lower(s.email) as email
        from (
            select distinct e.app, e.connection, e.actor_email as email
            from events_as_told as e
            where e.authenticated
                and e.actor_email is not null
                and is_of(e.app, e.connection, $app, $connection)
                and on_days(e.event_date, day_of($since) - 21, day_of($until) + 7)
        ) as s
    ) as g
    group by g.person
)
select
    'member' as explanation, f.n, p.email as member,
    f.before, f.after, f.item_before, f.item_after, f.any_before, f.any_after,
    f.comes_from_here, f.goes_on_here, f.is_owner, f.is_typed, f.acts, f.days,
    coalesce(s.person = f.person and date_diff('second', f.at, s.signed_at) < 900, false)
        as signs_in_next,
    t.n is not null as home_too,
    a.people, a.acts as all_acts, q.others, q.same
from fit as f
join persons as p on p.person = f.person
left join addresses as a on a.net = f.net and a.day = f.day
left join household as q on q.net = f.net and q.day = f.day
left join home_too as t on t.n = f.n and t.person = f.person
left join next_sign_in as s on s.n = f.n
where f.asked
union all by name
select
    'outsider' as explanation,
    v.* exclude (net, day, thing, opened, owner, typed),
    t.n is not null as is_typed,
    a.people, a.acts as all_acts, a.people_today, s.links, s.owners, s.visits,
    f.nets - f.inside as outside, f.inside, r.again
from visited as v
left join addresses as a on a.net = v.net and a.day = v.day
left join strangeness as s on s.net = v.net and s.day = v.day
left join audience as f on f.opened = v.opened and f.day = v.day
left join returns as r on r.net = v.net and r.day = v.day and r.opened = v.opened
left join (select distinct fit.n from fit where fit.is_typed) as t on t.n = v.n
