#!/usr/bin/env python
"""Django's command line for the portal."""

import os
import sys

# They write source files and serve nobody: production's settings need not be at hand on the machine of a developer.
FOR_DEVELOPERS = {"makemigrations", "makemessages", "compilemessages"}

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    if FOR_DEVELOPERS.intersection(sys.argv[1:2]):
        os.environ.setdefault("DEBUG", "1")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
