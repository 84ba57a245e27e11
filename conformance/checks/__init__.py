"""Documentation checked against what was observed: facts first, judgement after, wording last.

interaction -> match -> body -> facts (walk, envelope, invariants) -> rules -> findings
"""
