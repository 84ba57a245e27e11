"""What words say about one value: its type, values, bounds, unit, default, conditions."""
