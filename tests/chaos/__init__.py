"""Kill -9 any part of the site at random moments while students hand in: everything must end graded, once."""
