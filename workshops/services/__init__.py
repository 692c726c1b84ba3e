"""What happens to events, registrations, programmes and meetings: one module per record, one function per act."""
