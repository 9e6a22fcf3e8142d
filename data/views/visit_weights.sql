-- title: Weights of evidence
-- grain: one kind of evidence, for one kind of explanation of a visit
-- columns:
--   explains: what it speaks for: member (a certain one), somebody (of ours, but who?) or outsider
--   evidence: its name, as in visit_evidence
--   weight: by how much it raises the natural logarithm of the odds, times its value
--   meaning: its value, and what that tells
select *
from (
    values
    ('member', 'member_base', 0.0, 'always 1')
) as w (explains, evidence, weight, meaning)
