"""One SQLite file: entries are the truth, every other table is folded from them and can be rebuilt."""
