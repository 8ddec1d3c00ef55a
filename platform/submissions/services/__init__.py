"""Everything that writes about homework. One module per noun; keyword-only, atomic functions that return the object."""
