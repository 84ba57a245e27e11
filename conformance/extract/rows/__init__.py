"""Tables, lists, runs of paragraphs and flattened text -> rows of fields in the page's own words."""
