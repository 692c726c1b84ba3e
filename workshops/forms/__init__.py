"""Forms of events, registrations, programmes and missions."""
