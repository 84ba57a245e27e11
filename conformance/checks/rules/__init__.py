"""One file for each rule: what it means, and what it makes of a fact."""
