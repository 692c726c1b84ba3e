"""Forms of applying and reviewing."""
