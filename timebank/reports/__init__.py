"""Tables for the hub, the auditor and other programs, made from the books as they stand."""
