"""What `python -m ml` can do: one module per command, with `HELP`, `add_arguments(parser)` and `run(chosen)`.

Whatever is heavy is imported in `run`, so that asking for help takes no time.
"""
