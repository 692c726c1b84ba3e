"""Writes about startups, each under its name."""
