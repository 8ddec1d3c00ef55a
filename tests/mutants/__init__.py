"""What if one permission check were not there? Each check of the site, taken away by itself; the tests must notice.

`make mutate-permissions` tries all of them (tests/mutants/run.py).
"""
