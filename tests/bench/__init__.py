"""Measurements against floors of the same machine and the same run; never part of the tests' verdict."""
