"""Tables, lists, paragraphs, flattened text -> rows of fields in the page's own words."""
