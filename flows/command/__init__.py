"""The `casbah` command: what it takes, what it says, the demo."""
