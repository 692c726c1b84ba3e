"""Pages of events for everybody, for participants, for speakers and for missions: one module per part."""
