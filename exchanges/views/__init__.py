"""Pages of fellows, hosts, reviewers and those who sign: one module per part of the journey."""
