"""Stand-in for a Box enterprise: its event streams, users and folders."""
