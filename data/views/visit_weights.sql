-- title: Weights of evidence
-- grain: one kind of evidence, for one kind of explanation of a visit
-- columns:
--   explains: what it speaks for: member (a certain one), somebody (of ours, but who?) or outsider
--   evidence: its name, as in visit_evidence
--   weight: what a value of 1 adds to the score, the natural logarithm of the odds
--   meaning: what its value is, and what it tells
select w.explains, w.evidence, cast(w.weight as double) as weight, w.meaning
from (
    -- Fitted by benchmarks/fit_visits.py to made-up companies, and only there written down.
    values
    ('member', 'a_member', -4.12, '1: one certain member, before anything is known'),
    ('member', 'seen_3', 3.25, '1: signed in at the address at most 3 minutes before or after'),
    ('member', 'seen_15', 2.96, '1: 3 to 15 minutes before or after'),
    ('member', 'seen_60', 2.76, '1: 15 to 60 minutes before or after'),
    ('member', 'seen_240', 2.03, '1: 1 to 4 hours before or after'),
    ('member', 'seen_day', 0.67, '1: 4 to 24 hours before or after; beyond a day there is no weight'),
    ('member', 'home_60', 2.99, '1: within the hour, at an address of at most two members'),
    ('member', 'home_day', 3.25, '1: within the day, at such an address'),
    ('member', 'home_week', 2.35, '1: longer ago, at such an address'),
    ('member', 'stays', 0.58, '1: signed in there both in the week before and in the week after'),
    ('member', 'never_here', -1.96, '1: not signed in at the address in the week around'),
    ('member', 'home_too', 0.91, '1: the link was also opened where hardly anybody but this member signs in'),
    ('member', 'crowd', 1.07, 'logarithm of how many members sign in at the address in the week around'),
    ('member', 'share', 0.43, 'logarithm of this member''s share of what is done signed in there'),
    ('member', 'regular', 0.27, 'logarithm of the days on which this member signs in there'),
    ('member', 'owner_worked', 6.44, '1: owns the link and did something to the item in the half hour before'),
    ('member', 'owner', 2.12, '1: owns the link'),
    ('member', 'item_soon', 6.40, '1: came to the item signed in, in the half hour after'),
    ('member', 'item_just', 5.70, '1: was at the item signed in, in the half hour before'),
    ('member', 'item_day', 1.82, '1: was at the item signed in within the day'),
    ('member', 'item_known', 1.06, '1: within two weeks'),
    ('member', 'signs_in_next', 1.97, '1: the next to sign in at the address, in a quarter of an hour'),
    ('member', 'typed_address', 7.34, '1: the visitor typed this member''s e-mail address'),
    ('member', 'stayed_here', -0.28, '1: the member''s last act before and next act after, within 5 hours each, are at this address'),
    ('member', 'stayed_elsewhere', -0.48, '1: both are at another address'),
    ('member', 'owner_here', 0.82, '1: owns the link and is signed in at the address within the hour'),
    ('member', 'elsewhere_before', -0.18, '1: at another address in the 90 minutes before'),
    ('member', 'elsewhere_after', -0.28, '1: at another address in the 90 minutes after'),
    ('member', 'others_here', -1.52, 'logarithm of 1 + visits from this home while its members were elsewhere'),
    ('member', 'same_here', 0.06, 'logarithm of 1 + visits from this home while a member was here'),
    ('somebody', 'a_somebody', -4.66, '1: one of ours, but nothing tells who, before anything is known'),
    ('somebody', 'somebody_unseen', 0.21, '1: and none of ours signs in at the address'),
    ('somebody', 'somebody_crowd', 1.79, 'logarithm of how many members sign in at the address in the week around'),
    ('somebody', 'somebody_today', 0.65, 'logarithm of 1 + how many do so on that day'),
    ('outsider', 'links_opened', 1.23, 'logarithm of how many links were opened there without signing in, in the week around'),
    ('outsider', 'owners_opened', 0.46, 'logarithm of how many people own these links'),
    ('outsider', 'opened_outside', 1.15, 'logarithm of 1 + other addresses that the link was opened from and none of ours uses'),
    ('outsider', 'opened_inside', -0.49, 'logarithm of 1 + addresses of ours that the link was opened from'),
    ('outsider', 'opened_again', 1.33, 'logarithm of 1 + how often the link was opened at this address on other days'),
    ('outsider', 'mostly_unsigned', -0.28, 'logarithm of visits there for each act of a member who signed in'),
    ('outsider', 'loyal', -0.92, 'logarithm of acts signed in for each member at the address'),
    ('outsider', 'nobody_today', -0.32, '1: none of ours signed in at the address on that day'),
    ('outsider', 'typed_stranger', 3.79, '1: the visitor typed an e-mail address that is no member''s'),
    ('verdict', 'member_from', 0.67, 'the probability from which a visit is called likely_member'),
    ('verdict', 'outsider_from', 0.70, 'the probability from which it is called likely_outsider')
) as w (explains, evidence, weight, meaning)
