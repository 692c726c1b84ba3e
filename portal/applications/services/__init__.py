"""What happens to applications of every kind, from the draft to the decision."""
