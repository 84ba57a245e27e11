"""What a place on a page is about: headings and captions, roles of tables, scopes of operations."""
