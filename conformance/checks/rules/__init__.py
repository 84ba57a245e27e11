"""One file for each family of rules: what each means, and what it makes of a fact."""
