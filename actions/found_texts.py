"""Answers to what fits no intent: the article of the staff, or the statement, that speaks of it by words and meaning.

`python -m bench.articles` measured the thresholds, on 72 questions about articles and 60 that none answers.
"""

from typing import Dict, Mapping, Optional, Sequence, Tuple

from actions.facts import as_list, in_language, provenance_of
from actions.meaning import meanings
from actions.questions import Question
from actions.replies import Outcome, Reply
from bot.languages import localised
from bot.mobility.articles import find_articles, told_article, told_article_texts
from bot.mobility.database import Session
from bot.mobility.statements import find_statements, told_statement, told_statement_texts

WORDS_WORTH = 0.3
"""What the share of words in common adds to the likeness of meaning: it takes the wrong articles from 3 % to 1 %."""
ARTICLE_FROM = 0.65
"""Least score of an article: 82 % of the questions find theirs, 1 % another one, no foreign question finds one."""
ARTICLE_BY_WORDS_FROM = 0.55
"""Least share of words where meanings are not known yet: 67 % find theirs, no question another one."""
STATEMENT_FROM = 0.8
"""Least score of a statement. Higher, because there are many: none of the foreign questions finds one."""
_NEVER = 9.0
"""Statements are so many that some have a word in common with every question: words alone choose none."""
MOST_STATEMENTS = 3
NEAR_BEST = 0.1
"""How far behind the best statement another one may be to be told too."""
_MOST_HITS = 50
_TOPIC_OF_KIND: Mapping[str, str] = {
    "campus_statement": "campus_life", "institution_statement": "institution", "programme_statement": "welcome",
    "residence_statement": "housing_search", "procedure_statement": "documents",
}  # fmt: skip
"""Topic of statements whose subject has none of its own."""


def answer_by_article(session: Session, question: Question) -> Optional[Reply]:
    """Return the answer of the article that speaks of what is asked, or None."""
    by_words = {
        match.article.code: match.score for match in find_articles(session, text=question.text, limit=_MOST_HITS)
    }
    texts = told_article_texts(session)
    best = _best(question.text, by_words, texts, ARTICLE_FROM, ARTICLE_BY_WORDS_FROM)
    article = told_article(session, code=best[0][0]) if best else None
    if article is None:
        return None
    language, content = question.language, article.content
    return Reply(
        "utter_article_found", topic=content.topic, outcome=Outcome.ANSWERED,
        variables={"title": in_language(content.title, language), "body": in_language(content.body, language)},
        provenance=(article.provenance,),
    )  # fmt: skip


def answer_by_statements(session: Session, question: Question) -> Optional[Reply]:
    """Return the answer of the statements that speak of what is asked, or None."""
    matches = find_statements(session, text=question.text, limit=_MOST_HITS)
    by_words = {(match.kind, match.code): match.score for match in matches}
    best = _best(question.text, by_words, told_statement_texts(session), STATEMENT_FROM, _NEVER)
    if not best:
        return None
    near = [key for key, score in best[:MOST_STATEMENTS] if best[0][1] - score <= NEAR_BEST]
    told = [statement for kind, code in near if (statement := told_statement(session, kind=kind, code=code))]
    if not told:
        return None
    lines = [localised(statement.text, question.language) or "" for statement in told]
    return Reply(
        "utter_statements_found", topic=told[0].topic or _TOPIC_OF_KIND[told[0].kind], outcome=Outcome.ANSWERED,
        variables={"facts": as_list(lines)}, provenance=provenance_of(told),
    )  # fmt: skip


def _best(
    asked: str, by_words: Mapping, texts: Sequence[Tuple[object, str]], least: float, least_by_words: float
) -> Sequence[Tuple]:
    """Return the keys that score enough, the best first."""
    if not asked or not texts:
        return ()
    scores: Dict = dict(by_words)
    known = meanings()
    likeness = known.likeness(asked, [text for _, text in texts]) if known else None
    if likeness is None:
        least = least_by_words
    else:
        scores = {}
        for (key, _), value in zip(texts, likeness, strict=True):
            score = float(value) + WORDS_WORTH * by_words.get(key, 0.0)
            scores[key] = max(score, scores.get(key, score))
    told = [(key, score) for key, score in scores.items() if score >= least]
    return sorted(told, key=lambda pair: (-pair[1], str(pair[0])))
