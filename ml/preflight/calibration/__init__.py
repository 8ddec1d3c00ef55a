"""How often each check is right: clean recordings, and the same with a fault put in on purpose."""
