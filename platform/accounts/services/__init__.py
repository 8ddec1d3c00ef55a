"""Everything that writes about people. One module per noun; keyword-only, atomic functions that return the object."""
