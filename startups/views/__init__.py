"""Pages of startups, founders and mentors."""
