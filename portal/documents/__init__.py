"""Private files and formal letters: where they lie, who may read them, and that a letter once issued never changes."""
