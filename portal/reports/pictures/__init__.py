"""Pictures of the alliance at work.

Each module has two halves. `gather` asks the database and answers plain data without words of any language, which a
report freezes as JSON; `draw` makes the picture of it in the language of its reader.
"""
