"""What founders fill in: figures of a quarter, evidence of a milestone, the public page, facts about the firm."""
