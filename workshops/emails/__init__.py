"""Mails about events: one module per record, one function per mail, named after what happened."""
