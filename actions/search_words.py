"""The words of a question by which course titles are searched: without those that every question about courses has."""

from functools import cache
from typing import FrozenSet, Iterable, Optional, Tuple

from bot.errors import ModelError
from bot.mobility.common_words import common_words
from bot.mobility.course_index import nearest_title_word
from bot.mobility.database import Session
from bot.mobility.normalisation import normalised

_SHORTEST = 2

_COURSE_WORDS = """
academic anglais annee annees automne autumn bachelor catalog catalogue choisir class classe classes code content
contenu cours course courses credit credits curriculum cursus degree departement departements department departments
description detail details diplome echange ecole ects elective electives english enseigne enseignee enseignement
enseignements enseignes erasmus etudes etudiant etudiante etudiants etudier exchange faculty fall field fifth first
formation fourth francais french international internationaux language languages learn learning lecture
lectures lesson lessons level list liste master masters matiere matieres module modules offered option options
parcours printemps program programme programmes programs schedule school second semester semesters semestre
semestres specialite speciality spring student students studies study studying subject subjects suivre sujet
syllabus taught teach teaching term third topic topics ue unit unite unites units universite university year years
"""


def search_words(text: str, spans: Iterable[Tuple[int, int]], own: FrozenSet[str]) -> Tuple[str, ...]:
    """Return the words of `text` outside `spans` that a course title may show, singular, without repetition.

    `own` are the words of the school's name.
    """
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    words = (word for word in normalised("".join(rest)).split() if len(word) >= _SHORTEST and not word[0].isdigit())
    ignored = _ignored_words() | own
    kept = (_singular(word) for word in words if word not in ignored and _singular(word) not in ignored)
    return tuple(dict.fromkeys(kept))


def word_meant(session: Session, word: str) -> Optional[str]:
    """Return the word of a title that a misspelt one means, or None: "cooking" is a word, and no "cooling"."""
    if word in _real_words() or f"{word}s" in _real_words():
        return None
    return nearest_title_word(session, word)


def _singular(word: str) -> str:
    # Titles are searched by the beginnings of their words: "turbine" finds "turbines", not the other way round.
    return word[:-1] if len(word) > 4 and word[-1] in "sx" and word[-2] != "s" else word


@cache
def _real_words() -> FrozenSet[str]:
    """Return words that are spelt right, though no title bears them."""
    from bot.nlu.embedding.weights import general_words

    try:
        return frozenset(general_words())
    except ModelError:
        return frozenset()


@cache
def _ignored_words() -> FrozenSet[str]:
    return common_words() | frozenset(_COURSE_WORDS.split())
