"""Accounts of the staff console: add, list, disable, give a new password."""

import argparse
import getpass
import sys
from typing import Optional

from bot.languages import SUPPORTED_LANGUAGES
from bot.settings import Settings

ROLES = ("reader", "reviewer", "editor", "admin")
ACTOR = "python -m bot staff"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the acts."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="ACT")
    add = acts.add_parser("add", help="make an account; asks for the password, or reads it from standard input")
    add.add_argument("email")
    add.add_argument("--name", required=True, help="shown beside notes and replies")
    add.add_argument("--role", required=True, choices=ROLES)
    add.add_argument("--language", default="en", choices=SUPPORTED_LANGUAGES)
    add.add_argument("--sso", action="store_true", help="no password: signs in by the school's single sign-on only")
    acts.add_parser("list", help="list all accounts")
    for name, text in (
        ("disable", "lock an account out at once"),
        ("enable", "let it in again"),
        ("password", "give a new password; all its browsers are signed out"),
    ):
        acts.add_parser(name, help=text).add_argument("email")
    role = acts.add_parser("role", help="give another role")
    role.add_argument("email")
    role.add_argument("role", choices=ROLES)


def run(arguments: argparse.Namespace, settings: Settings) -> int:
    """Return 0; what cannot be done is an AccountError that says why."""
    from bot.review import accounts
    from bot.review.database import session_scope

    password: Optional[str] = None
    if arguments.act == "password" or (arguments.act == "add" and not arguments.sso):
        password = _read_password()
    with session_scope(settings.review_database_url, writing=arguments.act != "list") as session:
        if arguments.act == "list":
            return _list(accounts.list_accounts(session))
        if arguments.act == "add":
            accounts.add_account(
                session, ACTOR, email=arguments.email, name=arguments.name, role=arguments.role,
                language=arguments.language, password=password,
            )  # fmt: skip
            print(f"{arguments.email} may sign in at {settings.web_url}/staff as {arguments.role}.")
        elif arguments.act == "password":
            accounts.set_password(session, ACTOR, arguments.email, password or "")
            print(f"{arguments.email} has a new password.")
        elif arguments.act == "role":
            accounts.set_role(session, ACTOR, arguments.email, arguments.role)
            print(f"{arguments.email} is {arguments.role} now.")
        else:
            accounts.set_disabled(session, ACTOR, arguments.email, arguments.act == "disable")
            print(f"{arguments.email} is {arguments.act}d.")
        session.commit()
    return 0


def _read_password() -> str:
    if sys.stdin.isatty():
        return getpass.getpass("Password (at least 12 characters): ")
    return sys.stdin.readline().rstrip("\n")


def _list(members: list) -> int:
    if not members:
        print("No accounts yet: run `python -m bot staff add`.")
    for member in members:
        state = "disabled" if member.disabled else ("password" if member.has_password else "single sign-on")
        print(f"{member.email:40}  {member.role:9}  {state:14}  {member.name}")
    return 0
