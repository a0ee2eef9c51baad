"""The export file, what is checked before anything in it is believed, what each station has."""
