"""Who may do what in the staff console, as data."""

import enum
from typing import FrozenSet, Mapping


class Permission(enum.Enum):
    """One kind of act."""

    READ = "conversations.read"
    EXPORT = "conversations.export"
    REVIEW = "conversations.review"
    """Flag, tag, note, assign, mark as reviewed, save views."""
    UNMASK = "conversations.unmask"
    HANDOFF = "conversations.handoff"
    """Take a conversation over, reply, give it back."""
    ERASE = "conversations.erase"
    ANSWER = "answers.edit"
    """Write articles, correct facts."""
    IMPORT = "answers.import"
    TRAIN = "training.run"
    """Mark messages with their intent, train, promote, roll back."""
    ACCOUNTS = "accounts.manage"
    AUDIT = "audit.read"


_READER = frozenset({Permission.READ})
_REVIEWER = _READER | {Permission.EXPORT, Permission.REVIEW, Permission.UNMASK, Permission.HANDOFF}
_EDITOR = _REVIEWER | {Permission.ANSWER, Permission.IMPORT, Permission.TRAIN}

ROLES: Mapping[str, FrozenSet[Permission]] = {
    "reader": _READER,
    "reviewer": _REVIEWER,
    "editor": _EDITOR,
    "admin": frozenset(Permission),
}
"""What each role may do; each includes the one before."""
