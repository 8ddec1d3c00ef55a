"""What is claimed of the loop, a module for each claim: figures with intervals, and whether it holds."""
