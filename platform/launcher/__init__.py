"""Starts Clavier on one machine: PostgreSQL, Valkey, web, workers and scheduler as one supervised group.

Reads no Django settings and knows the site only by its commands and environment variables.
"""
