"""Forms of figures and reports, one module for each page."""
