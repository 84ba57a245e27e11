"""What was found before: accepted findings, their history, and causes with their corrections."""
