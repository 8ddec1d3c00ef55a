"""Everything that writes about reviewing. One module per noun; keyword-only, atomic functions that return the row."""
