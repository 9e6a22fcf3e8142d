"""Connecting: a link, an administrator, a browser that comes back, tokens that are kept."""
