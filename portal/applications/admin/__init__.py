"""The desk's pages of applications and reviews, for each kind to register with its own tables."""
