"""How fast the project is, as ratios to something everybody has: they hold on any machine."""
