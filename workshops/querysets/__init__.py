"""Named questions about events, registrations and meetings: one module per record."""
