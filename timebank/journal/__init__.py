"""Facts, the signed and chained entries that carry them, and the keys that prove them. Pure: no disk, no clock."""
