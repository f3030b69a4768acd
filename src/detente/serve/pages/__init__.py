"""Pages of the server, one file each with its ``router``."""
