"""Stand-in for Dropbox Business: its audit log, team and files."""
