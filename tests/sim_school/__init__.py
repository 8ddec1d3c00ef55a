"""A simulated school over a year, through the real services: `python -m tests.sim_school` (docs/sim-school.md)."""
