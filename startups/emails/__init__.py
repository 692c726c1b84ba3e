"""Mails about startups: one function per mail, named after the event."""
