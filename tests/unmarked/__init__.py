"""Finds text that a person reads and that no translator is given: in templates, scripts and Python."""
