"""How many findings are true, judged by a person with page and body open."""
