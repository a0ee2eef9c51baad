"""The export file, what is checked before anything in it is believed, and what each station is known to have."""
