"""What can be done with files and letters."""

from portal.documents.services.files import discard_file, open_file, store_content, store_upload
from portal.documents.services.letters import issue, issue_letter, letter_with_code

__all__ = ["discard_file", "issue", "issue_letter", "letter_with_code", "open_file", "store_content", "store_upload"]
