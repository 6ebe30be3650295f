"""Views of the inbox that a member of staff has saved under a name."""

from dataclasses import dataclass
from typing import List

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import BotError
from bot.review.account_models import SavedView

MOST_VIEWS = 20
LONGEST_NAME = 40


class ViewError(BotError):
    """A view cannot be saved; `code` names the reason for the console's wording."""

    def __init__(self, code: str, message: str):
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class NamedView:
    """A saved view."""

    id: int
    name: str
    query: str
    """The query of its address."""


def list_views(session: Session, account_id: int) -> List[NamedView]:
    """Return what a member of staff has saved, oldest first."""
    query = select(SavedView).where(SavedView.account_id == account_id).order_by(SavedView.id)
    return [NamedView(row.id, row.name, row.query) for row in session.execute(query).scalars()]


def save_view(session: Session, account_id: int, name: str, query: str) -> None:
    """Save a view; one of the same name is replaced."""
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME or len(query) > 2000:
        raise ViewError("view_name", f"A view needs a name of 1 to {LONGEST_NAME} characters.")
    same = SavedView.account_id == account_id
    session.execute(delete(SavedView).where(same, SavedView.name == name))
    if session.execute(select(func.count()).select_from(SavedView).where(same)).scalar_one() >= MOST_VIEWS:
        raise ViewError("view_many", f"{MOST_VIEWS} views are saved already: drop one first.")
    session.add(SavedView(account_id=account_id, name=name, query=query))


def delete_view(session: Session, account_id: int, view_id: int) -> None:
    """Drop a view of one's own."""
    session.execute(delete(SavedView).where(SavedView.account_id == account_id, SavedView.id == view_id))
