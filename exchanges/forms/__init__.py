"""Forms of the exchanges."""
