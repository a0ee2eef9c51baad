"""The desk from a shell: names, options and JSON fields here are a contract."""
