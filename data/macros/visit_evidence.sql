-- title: Evidence on visits
-- grain: one explanation of one visit: a certain member, somebody else of ours, or an outsider
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
--   app: only this app
--   connection: only this connection
--   who: only visits from where this person, by e-mail address or id, may have come, and through their links
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
with told as materialized (
    select f.*
    from visit_facts(
        since := $since, until := $until, app := $app, connection := $connection, who := $who
    ) as f
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
), members as (
    select
        f.n, f.member, f.before, f.after, f.item_before, f.item_after, f.is_owner,
        f.any_before, f.any_after, coalesce(f.people, 0) as people,
        1 as a_member,
        coalesce(cast(f.near <= 3 as int), 0) as seen_3,
        coalesce(cast(f.near > 3 and f.near <= 15 as int), 0) as seen_15,
        coalesce(cast(f.near > 15 and f.near <= 60 as int), 0) as seen_60,
        coalesce(cast(f.near > 60 and f.near <= 240 as int), 0) as seen_240,
        coalesce(cast(f.near > 240 and f.near <= 1440 as int), 0) as seen_day,
        coalesce(cast(f.people <= 2 and f.near <= 60 as int), 0) as home_60,
        coalesce(cast(f.people <= 2 and f.near > 60 and f.near <= 1440 as int), 0) as home_day,
        coalesce(cast(f.people <= 2 and f.near > 1440 as int), 0) as home_week,
        coalesce(cast(f.before <= 10080 and f.after <= 10080 as int), 0) as stays,
        cast(f.acts is null as int) as never_here,
        cast(f.home_too as int) as home_too,
        coalesce(ln(f.people), 0) as crowd,
        coalesce(ln(f.acts / f.all_acts), 0) as share,
        coalesce(ln(f.days), 0) as regular,
        coalesce(cast(f.is_owner and coalesce(f.item_before <= 30, false) as int), 0) as owner_worked,
        coalesce(cast(f.is_owner and not coalesce(f.item_before <= 30, false) as int), 0) as owner,
        coalesce(cast(not f.is_owner and f.item_after <= 30 as int), 0) as item_soon,
        coalesce(cast(not f.is_owner and f.item_before <= 30 as int), 0) as item_just,
        coalesce(cast(not f.is_owner and f.item_near > 30 and f.item_near <= 1440 as int), 0) as item_day,
        coalesce(cast(not f.is_owner and f.item_near > 1440 and f.item_near <= 20160 as int), 0) as item_known,
        cast(f.signs_in_next as int) as signs_in_next,
        cast(f.is_typed as int) as typed_address,
        coalesce(cast(f.any_before <= 300 and f.any_after <= 300 and f.comes_from_here and f.goes_on_here as int), 0) as stayed_here,
        coalesce(cast(f.any_before <= 300 and f.any_after <= 300 and not f.comes_from_here and not f.goes_on_here as int), 0) as stayed_elsewhere,
        coalesce(cast(f.is_owner and f.near <= 60 as int), 0) as owner_here,
        coalesce(cast(f.any_before <= 90 and not f.comes_from_here as int), 0) as elsewhere_before,
        coalesce(cast(f.any_after <= 90 and not f.goes_on_here as int), 0) as elsewhere_after,
        case when f.people <= 2 then ln(1 + coalesce(f.others, 0)) else 0 end as others_here,
        case when f.people <= 2 then ln(1 + coalesce(f.same, 0)) else 0 end as same_here
    from (
        select
            t.*, least(t.before, t.after) as near, least(t.item_before, t.item_after) as item_near
        from told as t
        where t.explanation = 'member'
    ) as f
), member_scores as materialized (
    select m.*, m.a_member * w.a_member
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
    cross join weights as w
), surroundings as (
    select
        t.n, coalesce(t.people, 0) as people, t.links, coalesce(t.outside, 0) as addresses_outside,
        cast(t.people is null as int) as somebody_unseen,
        coalesce(ln(t.people), 0) as somebody_crowd,
        coalesce(ln(1 + t.people_today), 0) as somebody_today,
        coalesce(ln(t.links), 0) as links_opened,
        coalesce(ln(t.owners), 0) as owners_opened,
        ln(1 + coalesce(t.outside, 0)) as opened_outside,
        ln(1 + coalesce(t.inside, 0)) as opened_inside,
        ln(1 + coalesce(t.again, 0)) as opened_again,
        coalesce(ln(t.visits / t.all_acts), 0) as mostly_unsigned,
        coalesce(ln(t.all_acts / t.people), 0) as loyal,
        cast(coalesce(t.people_today, 0) = 0 as int) as nobody_today,
        cast(t.claimed is not null and not t.is_typed as int) as typed_stranger
    from told as t
    where t.explanation = 'outsider'
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
    v.app, v.connection, v.visit, v.ip, v.network, v.country, v.city, v.client, v.behind,
    v.link, v.link_owner, v.item, v.item_name, v.claimed, v.first_seen, v.last_seen, v.events,
    v.items, v.activities,
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
join told as v on v.n = x.n and v.explanation = 'outsider'
