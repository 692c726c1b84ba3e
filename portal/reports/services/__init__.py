"""Acts on figures and reports, one module for each kind of record."""
