"""A seeded simulator: many real desks on real folders, and a world that is out to break what they promise."""
