"""The nouns every room shares: frozen, slotted, and free of behaviour beyond their own data."""
