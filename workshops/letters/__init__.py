"""The letters and printed sheets of events: one module per part, its templates beside it."""
