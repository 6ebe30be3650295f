"""Articles: answers that staff write; published ones are told at once."""

import datetime as dt
from typing import Any, Dict, Mapping, Optional, Tuple

from aiohttp import web
from sqlalchemy.orm import Session

from bot.errors import ArticleError
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility import articles
from bot.mobility.articles import ArticleContent
from bot.mobility.freshness import is_stale
from bot.mobility.passage_types import Article, ArticleVersion
from bot.review.audit import record
from bot.topics import TOPICS
from bot.web.staff.database import change_mobility, change_review, in_mobility
from bot.web.staff.errors import PageError
from bot.web.staff.rendering import number_from, render, see_other
from bot.web.staff.unanswered import group_of, settle
from bot.web.staff.visits import HOME, member_of

SOON = dt.timedelta(days=60)
_ACTS = {
    "publish": articles.publish_article,
    "withdraw": articles.withdraw_article,
    "undo": articles.undo_article,
}


async def list_all(request: web.Request) -> web.Response:
    """List the articles: what they are about, whose they are, how old."""
    found = await in_mobility(request, _listed)
    wanted = request.query.get("status", "")
    shown = [entry for entry in found if not wanted or entry["article"].status == wanted]
    return await render(request, "articles.html", entries=shown, chosen=wanted, any=bool(found))


async def show_new(request: web.Request) -> web.Response:
    """Show an empty form, or one begun from a group of questions without an answer."""
    form: Dict[str, Any] = {}
    if request.query.get("group"):
        group = await group_of(request, number_from(request.query["group"]))
        if group is not None:
            topic = next((topic for topic in group.topics if topic != "out_of_scope"), "institution")
            form = {"group": str(group.key), "questions": "\n".join(group.examples), "topic": topic}
    return await _form_page(request, None, form)


async def show_article(request: web.Request) -> web.Response:
    """Show an article's form, its preview and its versions."""
    return await _form_page(request, request.match_info["code"], {})


async def save_article(request: web.Request) -> web.Response:
    """Save, publish, withdraw, take back: whatever the button says; or preview without saving."""
    form, code = {key: str(value) for key, value in (await request.post()).items()}, request.match_info.get("code")
    act = form.get("act", "")
    if act == "preview":
        return await _form_page(request, code, form, preview=True)
    try:
        saved = await change_mobility(request, _act, act, form, code, member_of(request).name)
    except ArticleError as error:
        return await _form_page(request, code, form, problem=str(error))
    await change_review(request, record, member_of(request).email, f"article.{act}", saved.code, version=saved.number)
    if form.get("group") and saved.status == "published":
        group = await group_of(request, number_from(form["group"]))
        if group is not None:
            await settle(request, group, "article")
    done = {"save": "saved", "publish": "published", "withdraw": "withdrawn"}.get(act, "undone")
    if form.get("group") and saved.status != "published":
        return see_other(f"{HOME}/articles/{saved.code}?group={form['group']}", done=done)
    return see_other(f"{HOME}/articles/{saved.code}", done=done)


def _act(session: Session, act: str, form: Mapping[str, str], code: Optional[str], author: str) -> Any:
    if act in ("save", "publish"):
        saved = articles.save_article(session, _content(form), author=author, code=code)
        return articles.publish_article(session, saved.code, author=author) if act == "publish" else saved
    if code is not None and act == "restore":
        number = number_from(form.get("number"), code="bad_request")
        return articles.restore_article(session, code, number=number, author=author)
    if code is not None and act in _ACTS:
        return _ACTS[act](session, code, author=author)
    raise PageError(400, "bad_request")


def _content(form: Mapping[str, str]) -> ArticleContent:
    try:
        valid_until = dt.date.fromisoformat(form["valid_until"]) if form.get("valid_until") else None
    except ValueError:
        raise PageError(400, "bad_request") from None
    return ArticleContent(
        topic=form.get("topic", ""),
        title={language: form.get(f"title_{language}", "") for language in SUPPORTED_LANGUAGES},
        body={language: form.get(f"body_{language}", "").replace("\r\n", "\n") for language in SUPPORTED_LANGUAGES},
        questions=tuple(form.get("questions", "").splitlines()),
        source_title=form.get("source_title"),
        source_url=form.get("source_url"),
        as_of=form.get("as_of"),
        verified_on=form.get("verified_on"),
        valid_until=valid_until,
    )


def _form_of(content: ArticleContent) -> Dict[str, str]:
    form = {
        "topic": content.topic,
        "questions": "\n".join(content.questions),
        "source_title": content.source_title or "",
        "source_url": content.source_url or "",
        "as_of": content.as_of or "",
        "verified_on": content.verified_on or "",
        "valid_until": content.valid_until.isoformat() if content.valid_until else "",
    }
    for language in SUPPORTED_LANGUAGES:
        form[f"title_{language}"] = content.title.get(language, "")
        form[f"body_{language}"] = content.body.get(language, "")
    return form


async def _form_page(
    request: web.Request, code: Optional[str], given: Mapping[str, str], *, problem: str = "", preview: bool = False
) -> web.Response:
    article: Optional[Article] = None
    versions: Tuple[ArticleVersion, ...] = ()
    if code is not None:
        article = await in_mobility(request, articles.article_by_code, code=code)
        if article is None:
            raise PageError(404, "not_found")
        versions = await in_mobility(request, articles.list_versions, code=code)
    empty = _form_of(ArticleContent(topic="institution", title={}, body={}))
    form = {**empty, **(_form_of(article.content) if article is not None else {}), **given}
    form.setdefault("group", request.query.get("group", ""))
    return await render(
        request, "article.html", status=400 if problem else 200, article=article, versions=versions, form=form,
        problem=problem, preview=preview or article is not None, topics=TOPICS,
    )  # fmt: skip


def _listed(session: Session) -> list:
    today = dt.date.today()
    return [
        {
            "article": article,
            "owner": next((version.author for version in articles.list_versions(session, code=article.code)), ""),
            "stale": is_stale(article.provenance),
            "ends_soon": bool(article.content.valid_until and article.content.valid_until < today + SOON),
        }
        for article in articles.list_articles(session)
    ]
