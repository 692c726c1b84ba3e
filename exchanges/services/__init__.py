"""What happens to applications, approvals, reviews, offers and stays: one module per record, one function per act."""
