"""What staff write of an article, and the check of it."""

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any, Collection, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from bot.errors import ArticleError
from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility.columns import SCHOOL_TIME
from bot.mobility.normalisation import normalised
from bot.mobility.partial_dates import last_day
from bot.topics import TOPICS

LONGEST_TITLE = 200
LONGEST_BODY = 3000
"""Longer texts are no answers any more."""
MOST_QUESTIONS = 30
_LONGEST_CODE = 80


@dataclass(frozen=True)
class ArticleContent:
    """What staff write of an article."""

    topic: str
    """One of bot/topics.py."""
    title: Mapping[str, str]
    body: Mapping[str, str]
    """The answer, by language; Markdown links, bold and lists."""
    questions: Tuple[str, ...] = ()
    """Other words in which students ask for it, in any language."""
    source_title: Optional[str] = None
    """What the article is drawn from; None: the office that writes it states it."""
    source_url: Optional[str] = None
    as_of: Optional[str] = None
    """The date or academic year that the article speaks of."""
    verified_on: Optional[str] = None
    """When somebody last made sure that it is right; None: today."""
    valid_until: Optional[dt.date] = None


def checked(content: ArticleContent) -> ArticleContent:
    """Return the content without needless spaces and with its day; raises ArticleError with all that is wrong."""
    today = dt.datetime.now(SCHOOL_TIME).date().isoformat()
    content = replace(
        content,
        title=_trimmed(content.title),
        body=_trimmed(content.body),
        questions=tuple(dict.fromkeys(question.strip() for question in content.questions if question.strip())),
        source_title=(content.source_title or "").strip() or None,
        source_url=(content.source_url or "").strip() or None,
        as_of=(content.as_of or "").strip() or None,
        verified_on=(content.verified_on or "").strip() or today,
    )
    problems = [*_wrong_texts(content), *_wrong_source(content, today)]
    if content.topic not in TOPICS:
        problems.insert(0, f"the topic {content.topic!r} is unknown; there are {', '.join(TOPICS)}")
    if problems:
        raise ArticleError(f"The article cannot be saved: {'; '.join(problems)}.")
    return content


def code_from(title: Mapping[str, str], taken: Collection[str]) -> str:
    """Return a code of its own for a new article, made from its title."""
    language = next(code for code in (*SUPPORTED_LANGUAGES, *title) if title.get(code))
    stem = normalised(title[language]).replace(" ", "_")[: _LONGEST_CODE - 5] or "article"
    codes = (stem, *(f"{stem}_{number}" for number in range(2, len(taken) + 3)))
    return next(code for code in codes if code not in taken)


def _trimmed(texts: Mapping[str, str]) -> Mapping[str, str]:
    return {language: text.strip() for language, text in texts.items() if text and text.strip()}


def _wrong_texts(content: ArticleContent) -> List[str]:
    problems = []
    if not content.title or not content.body:
        problems.append("it needs a title and a text in at least one language")
    elif content.title.keys() != content.body.keys():
        problems.append("title and text must be in the same languages")
    for language in sorted({*content.title, *content.body} - set(SUPPORTED_LANGUAGES)):
        problems.append(f"the language {language!r} is unknown; there are {', '.join(SUPPORTED_LANGUAGES)}")
    for texts, longest, name in ((content.title, LONGEST_TITLE, "title"), (content.body, LONGEST_BODY, "text")):
        for language, text in texts.items():
            if len(text) > longest:
                problems.append(f"the {name} in {language} has {len(text)} characters; {longest} fit")
    if len(content.questions) > MOST_QUESTIONS or any(len(text) > LONGEST_TITLE for text in content.questions):
        problems.append(f"at most {MOST_QUESTIONS} questions of at most {LONGEST_TITLE} characters fit")
    return problems


def _wrong_source(content: ArticleContent, today: str) -> List[str]:
    problems = []
    if content.source_url and not _is_web_address(content.source_url):
        problems.append(f"the source {content.source_url!r} is no web address; it begins with https://")
    if content.as_of and not _is_partial_date(content.as_of):
        problems.append(f"the date {content.as_of!r} must be YYYY, YYYY-MM, YYYY-MM-DD or YYYY-YYYY")
    verified_on = content.verified_on or ""
    if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", verified_on) or not _is_partial_date(verified_on):
        problems.append(f"the day of the check {verified_on!r} must be YYYY-MM-DD")
    elif verified_on > today:
        problems.append(f"the day of the check {verified_on} is yet to come")
    return problems


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not re.search(r"\s", text)


def _is_partial_date(text: str) -> Any:
    try:
        return last_day(text)
    except ValueError:
        return None
