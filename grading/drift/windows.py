"""How far back is looked, in days."""

RECENT = 14.0  # what has come lately: a change is to ring within this time
BEFORE = 112.0  # what it is held against: a term, so that what moves as slowly as students learn is no change
LATELY = 28.0  # the same of blind ratings, which are fewer
EARLIER = 182.0  # how far back these go, at most: no further than the champion's promotion
HALF_YEAR = 182.0  # for so long the evidence about a promise is gathered before it begins anew
