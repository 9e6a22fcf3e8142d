-- title: Verdicts on visits
-- grain: one visit of somebody who did not sign in, judged by its evidence
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
--   app: only this app
--   connection: only this connection
--   who: only visits from where this person, by e-mail address or id, may have come, and through their links
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
--   behind: what was opened: the link or file request, else the item, else its path or name
with limits as (
    select
        any_value(w.weight) filter (where w.evidence = 'member_from') as member_from,
        any_value(w.weight) filter (where w.evidence = 'outsider_from') as outsider_from
    from visit_weights as w
), weighed as (
    select e.*, e.probability as p, e.outsider_probability as outsider, limits.*
    from visit_evidence(
        since := $since, until := $until, app := $app, connection := $connection, who := $who
    ) as e
    cross join limits
    where e.likeliest
), judged as (
    select
        w.*,
        case
            when w.explanation = 'member' and w.p >= w.member_from then 'likely_member'
            when w.outsider >= w.outsider_from then 'likely_outsider'
            else 'undecided'
        end as verdict,
        w.member || ': ' || nullif(concat_ws(
            ', ',
            case
                when w.ip is null then null
                when w.never_here = 1 then 'not seen at this address'
                when w.before is null and w.after is null then null
                when w.before is null then 'at this address ' || span_of(w.after) || ' after'
                when w.after is null then 'at this address ' || span_of(w.before) || ' before'
                else 'at this address ' || span_of(w.before) || ' before and ' || span_of(w.after) || ' after'
            end,
            case
                when w.is_owner and w.item_before <= 30 then 'owns the link or item and was at it ' || span_of(w.item_before) || ' before'
                when w.is_owner then 'owns the link or item'
            end,
            case when not w.is_owner and w.item_after <= 1440 then 'came to the item signed in ' || span_of(w.item_after) || ' after' end,
            case when not w.is_owner and w.item_before <= 1440 then 'was at the item signed in ' || span_of(w.item_before) || ' before' end,
            case when w.signs_in_next = 1 then 'was the next to sign in here' end,
            case when w.typed_address = 1 then 'is whose address the visitor typed' end,
            case when w.elsewhere_before = 1 then 'was at another address ' || span_of(w.any_before) || ' before' end,
            case when w.elsewhere_after = 1 then 'was at another address ' || span_of(w.any_after) || ' after' end,
            case when w.home_too = 1 then 'signs in nearly alone at another address that opened this link' end
        ), '') as of_member
    from weighed as w
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
    case when j.verdict = 'likely_outsider' then null else j.member end as member,
    -- Of what is inferred nothing is certain, and rounded it would seem so.
    least(
        0.999,
        round(
            case
                when j.verdict = 'likely_outsider' then j.outsider
                when j.explanation = 'member' then j.p
                else 0
            end,
            3
        )
    ) as probability,
    concat_ws(
        '; ',
        case when j.verdict <> 'likely_outsider' then j.of_member end,
        case
            when j.ip is null then 'the app tells no address'
            when j.people = 0 then 'no member signed in at this address within a week'
            when j.people = 1 then 'one member uses this address'
            else j.people || ' members use this address'
        end,
        case when j.claimed is not null and j.typed_address = 0 then 'the visitor typed ' || j.claimed else null end,
        case when j.others_here > 0 then 'visits came from here also while its members were elsewhere' else null end,
        case when j.links > 3 then j.links || ' links were opened from here without signing in' else null end,
        case when j.addresses_outside > 1 then 'the link was opened from ' || j.addresses_outside || ' addresses that none of ours uses' else null end,
        case when j.verdict = 'likely_outsider' then 'likeliest of ours ' || j.of_member end
    ) as evidence,
    least(0.999, round(1 - j.outsider, 3)) as of_ours,
    least(0.999, round(j.outsider, 3)) as outsider,
    j.member as candidate,
    case when j.explanation = 'member' then round(j.p, 3) else 0 end as candidate_probability,
    j.before as seen_before,
    j.after as seen_after,
    j.people,
    j.is_owner as made_link,
    j.item_before,
    j.item_after,
    j.links,
    j.addresses_outside,
    j.visit,
    j.behind
from judged as j
