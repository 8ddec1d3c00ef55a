class Trouble(Exception):
    """What keeps the site from starting: one sentence for the person at the keyboard."""
