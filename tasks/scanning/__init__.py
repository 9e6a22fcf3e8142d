"""Scanning: the walk, what was touched meanwhile, what one landing records of it."""
