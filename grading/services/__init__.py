"""Everything that writes. One module per noun; keyword-only, atomic functions that return the object."""
