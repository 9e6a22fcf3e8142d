-- title: Unauthenticated visits
-- grain: one visit of somebody who did not sign in (one address, program and link, no pause of more than 30 minutes), newest first
-- glance: last_seen, ip, verdict, member, probability, evidence, link_owner
-- parameters:
--   since: only events from this moment on
--   until: only events before this moment
--   app: only this app
--   connection: only this connection
-- columns:
--   app: cloud app
--   connection: connected tenant
--   first_seen: first event of the visit
--   last_seen: last event of the visit
--   ip: address that it came from
--   country: country of the address, by the app's lookup
--   city: city of the address, by the app's lookup
--   client: program used, as far as the app tells
--   events: how many events
--   activities: what was done
--   items: how many items were seen or handed in
--   item_name: the name of one of them
--   link: the open link or file request used, where the app names it
--   link_owner: whose link or item it is
--   verdict: likely_member, likely_outsider or undecided
--   member: who of ours it was, or most likely would have been; empty for a likely outsider
--   probability: of the verdict; where undecided, that it was this member
--   evidence: what speaks for and against it, in words
--   of_ours: probability that it was a member at all, whoever
--   outsider: probability that it was none
--   candidate: the likeliest member, whatever the verdict
--   candidate_probability: that it was that member
--   seen_before: minutes since that member was seen signed in at the address
--   seen_after: minutes until that member was
--   people: members who sign in at the address in the week before and after
--   made_link: whether the link is that member's
--   item_before: minutes since that member did something to the item, signed in
--   item_after: minutes until that member did
--   links: links opened at the address without signing in, in the week before and after
--   addresses_outside: addresses that the link was opened from and none of ours uses
--   visit: event_id of its first event; visit_evidence has every explanation of it
with explained as (
    select e.*, hash(e.app, e.connection, e.visit) as n
    from visit_evidence(
        since := $since, until := $until, app := $app, connection := $connection
    ) as e
), odds as (
    select
        x.n,
        max(x.score) as top,
        max(x.score) filter (where x.explanation = 'member') as best,
        max(x.score) filter (where x.explanation = 'outsider') as strange
    from explained as x
    group by x.n
), sums as (
    select x.n, any_value(o.top) as top, sum(exp(x.score - o.top)) as total
    from explained as x
    join odds as o on o.n = x.n
    group by x.n
), limits as (
    select
        any_value(w.weight) filter (where w.evidence = 'member_from') as member_from,
        any_value(w.weight) filter (where w.evidence = 'outsider_from') as outsider_from
    from visit_weights as w
), weighed as (
    select
        x.*,
        row_number() over (
            partition by x.n order by x.explanation = 'member' desc, x.score desc, x.member
        ) as place,
        exp(x.score - s.top) / s.total as p,
        exp(o.strange - s.top) / s.total as outsider,
        limits.*
    from explained as x
    join sums as s on s.n = x.n
    join odds as o on o.n = x.n
    cross join limits
), judged as (
    select
        w.*,
        case
            when w.explanation = 'member' and w.p >= w.member_from then 'likely_member'
            when w.outsider >= w.outsider_from then 'likely_outsider'
            else 'undecided'
        end as verdict
    from weighed as w
    where w.place = 1
)
select
    j.app,
    j.connection,
    j.first_seen,
    j.last_seen,
    j.ip,
    j.country,
    j.city,
    j.client,
    j.events,
    j.activities,
    j.items,
    j.item_name,
    j.link,
    j.link_owner,
    j.verdict,
    if(j.verdict = 'likely_outsider', null, j.member) as member,
    round(
        case
            when j.verdict = 'likely_outsider' then j.outsider
            when j.explanation = 'member' then j.p
            else 0
        end,
        3
    ) as probability,
    concat_ws(
        '; ',
        if(j.member is null or coalesce(j.before, j.after) is null, null,
            'same address as ' || j.member
            || case
                when j.before is null then ' ' || span_of(j.after) || ' after'
                when j.after is null then ' ' || span_of(j.before) || ' before'
                else ' ' || span_of(j.before) || ' before and ' || span_of(j.after) || ' after'
            end),
        if(j.never_here = 1, j.member || ' is not seen at this address', null),
        case
            when j.people = 0 then 'none of ours signs in at this address'
            when j.people = 1 then 'one member uses this address'
            else j.people || ' members use this address'
        end,
        if(j.is_owner, 'who made the link'
            || if(j.item_before <= 30, ' and was at it ' || span_of(j.item_before) || ' before', ''),
            null),
        if(not j.is_owner and j.item_after <= 1440,
            'who came to the item signed in ' || span_of(j.item_after) || ' after', null),
        if(not j.is_owner and j.item_before <= 1440,
            'who was at the item signed in ' || span_of(j.item_before) || ' before', null),
        if(j.signs_in_next = 1, 'who was the next to sign in here', null),
        if(j.typed_address = 1, 'whose address the visitor typed', null),
        if(j.claimed is not null and j.typed_address = 0, 'the visitor typed ' || j.claimed, null),
        if(j.elsewhere_before = 1,
            'who was at another address ' || span_of(j.any_before) || ' before', null),
        if(j.elsewhere_after = 1,
            'who was at another address ' || span_of(j.any_after) || ' after', null),
        if(j.home_too = 1, 'the link was also opened from where mostly ' || j.member || ' signs in',
            null),
        if(j.others_here > 0, 'somebody else opens links from here too', null),
        if(j.links > 3, j.links || ' links were opened from here without signing in', null),
        if(j.addresses_outside > 1,
            'the link was opened from ' || j.addresses_outside || ' addresses that none of ours uses',
            null)
    ) as evidence,
    round(1 - j.outsider, 3) as of_ours,
    round(j.outsider, 3) as outsider,
    j.member as candidate,
    if(j.explanation = 'member', round(j.p, 3), 0) as candidate_probability,
    j.before as seen_before,
    j.after as seen_after,
    j.people,
    j.is_owner as made_link,
    j.item_before,
    j.item_after,
    j.links,
    j.addresses_outside,
    j.visit
from judged as j
order by j.last_seen desc, j.ip, j.visit
