"""One page held against itself: examples against tables, statements against each other."""
