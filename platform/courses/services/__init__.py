"""Everything that writes about courses. One module per noun; keyword-only, atomic functions that return the object."""
