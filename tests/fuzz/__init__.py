"""Mutated files, entries, facts and codes against every reader of what comes from outside."""
