"""The engine room: performances, grades, ratings and learning. It knows recordings, not whose homework they are."""
