"""The life cycles of event, registration and meeting as tables (handbook, domain §4)."""
