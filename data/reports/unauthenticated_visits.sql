-- title: Unauthenticated visits
-- grain: one visit of somebody who did not sign in (one address, program and link, no pause of more than 30 minutes), newest first
-- glance: last_seen, ip, verdict, member, probability, evidence, link_owner
-- beneath: evidence
-- parameters:
--   since: only visits that begin from this moment on
--   until: only visits that begin before this moment
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
--   made_link: whether the link, or the item where the app tells only that, is that member's
--   item_before: minutes since that member did something to the item, signed in
--   item_after: minutes until that member did
--   links: links opened at the address without signing in, in the week before and after
--   addresses_outside: addresses that the link was opened from and none of ours uses
--   visit: event_id of its first event; visit_evidence has every explanation of it
select
    v.app, v.connection, v.first_seen, v.last_seen, v.ip, v.country, v.city, v.client, v.events,
    v.activities, v.items, v.item_name, v.link, v.link_owner, v.verdict, v.member,
    v.probability, v.evidence, v.of_ours, v.outsider, v.candidate, v.candidate_probability,
    v.seen_before, v.seen_after, v.people, v.made_link, v.item_before, v.item_after, v.links,
    v.addresses_outside, v.visit
from judged_visits(
    since := $since, until := $until, app := $app, connection := $connection
) as v
order by v.last_seen desc, v.ip, v.visit, v.app, v.connection
