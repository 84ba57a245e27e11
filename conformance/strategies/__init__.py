"""What documentation allows, generated: requests, responses, and what is just outside of them.

``values`` compiles a documented value to a Hypothesis strategy; ``requests`` and
``interactions`` come from it.  ``damages`` and ``harmless`` edit a valid response: the first
into one that a rule has to find, the second into one that no rule may.
"""
