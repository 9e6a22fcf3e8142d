"""Events into the lake: what to read next, lanes that read it, days that are read again."""
