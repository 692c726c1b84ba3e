"""Who may do what with figures and reports."""
