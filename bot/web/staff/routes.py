"""The map of the console: every address, and what an account needs for it."""

from pathlib import Path

from aiohttp import web

from bot.review.permissions import Permission
from bot.web.staff import (
    accounts,
    articles,
    conversation,
    corrections,
    facts,
    handoff,
    imports,
    inbox,
    login,
    numbers,
    privacy,
    sso,
    training,
    unanswered,
    waiting,
)
from bot.web.staff.guard import Route, guarded
from bot.web.staff.visits import HOME

STATIC_FOLDER = Path(__file__).resolve().parent / "static"

# One screen is worth more here than one line per argument.
# fmt: off
ROUTES = (
    Route("GET", "/login", login.show_login, public=True),
    Route("POST", "/login", login.sign_in, public=True),
    Route("POST", "/language", login.change_language, public=True),
    Route("GET", "/sso", sso.start_sso, public=True),
    Route("GET", "/sso/back", sso.finish_sso, public=True),
    Route("POST", "/logout", login.sign_out),
    Route("GET", "/profile", login.show_profile),
    Route("POST", "/profile", login.change_password),
    Route("GET", "", inbox.show_inbox, Permission.READ),
    Route("POST", "/views", inbox.change_views, Permission.REVIEW),
    Route("GET", "/conversations.csv", inbox.export_inbox, Permission.EXPORT),
    Route("GET", "/news", waiting.show_news, Permission.READ, data=True),
    Route("GET", "/conversations/{id}", conversation.show_conversation, Permission.READ),
    Route("POST", "/conversations/{id}", conversation.change_conversation, Permission.REVIEW),
    Route("POST", "/conversations/{id}/unmasked", conversation.show_unmasked, Permission.UNMASK),
    Route("POST", "/conversations/{id}/intent", conversation.mark_intent, Permission.TRAIN),
    Route("POST", "/conversations/{id}/dialogue-test", training.make_dialogue_test, Permission.TRAIN),
    Route("POST", "/conversations/{id}/erase", privacy.erase_student, Permission.ERASE),
    Route("POST", "/conversations/{id}/hand-out", privacy.hand_out, Permission.ERASE),
    Route("POST", "/conversations/{id}/take-over", handoff.take_over, Permission.HANDOFF),
    Route("POST", "/conversations/{id}/reply", handoff.reply, Permission.HANDOFF),
    Route("POST", "/conversations/{id}/give-back", handoff.give_back, Permission.HANDOFF),
    Route("POST", "/conversations/{id}/draft", handoff.keep_draft, Permission.HANDOFF, data=True),
    Route("GET", "/unanswered", unanswered.show_groups, Permission.READ),
    Route("GET", "/unanswered/{key}", unanswered.show_group, Permission.READ),
    Route("POST", "/unanswered/{key}", unanswered.settle_group, Permission.TRAIN),
    Route("GET", "/answers", articles.list_all, Permission.READ),
    Route("GET", "/articles/new", articles.show_new, Permission.ANSWER),
    Route("POST", "/articles", articles.save_article, Permission.ANSWER),
    Route("GET", "/articles/{code}", articles.show_article, Permission.READ),
    Route("POST", "/articles/{code}", articles.save_article, Permission.ANSWER),
    Route("GET", "/quoted", facts.show_quoted, Permission.READ),
    Route("GET", "/renew", facts.show_renewals, Permission.READ),
    Route("GET", "/facts", facts.show_facts, Permission.READ),
    Route("GET", "/fact", corrections.show_fact, Permission.READ),
    Route("POST", "/fact", corrections.correct_fact, Permission.ANSWER),
    Route("GET", "/imports", imports.show_imports, Permission.READ),
    Route("POST", "/imports", imports.upload, Permission.IMPORT, upload=True),
    Route("POST", "/imports/confirm", imports.confirm, Permission.IMPORT),
    Route("GET", "/training", training.show_training, Permission.TRAIN),
    Route("POST", "/training", training.change_training, Permission.TRAIN),
    Route("GET", "/numbers", numbers.show_numbers, Permission.READ),
    Route("GET", "/numbers/{plot}.svg", numbers.show_plot, Permission.READ),
    Route("GET", "/numbers/{plot}.csv", numbers.export_plot, Permission.EXPORT),
    Route("GET", "/accounts", accounts.show_accounts, Permission.ACCOUNTS),
    Route("POST", "/accounts", accounts.change_accounts, Permission.ACCOUNTS),
    Route("GET", "/audit", accounts.show_audit, Permission.AUDIT),
)
# fmt: on


def add_staff_routes(app: web.Application) -> None:
    """Map every address of the console."""
    app.router.add_static(f"{HOME}/static", STATIC_FOLDER)
    for route in ROUTES:
        app.router.add_route(route.method, HOME + route.path, guarded(route))
