"""What documentation allows, generated: requests, responses, and what is just outside of them.

``draw_values`` compiles a documented value to a Hypothesis strategy; ``draw_requests`` and
``draw_interactions`` come from it.  Damages and harmless edits change a valid response: the first
into one that a rule has to find, the second into one that no rule may.
"""
