"""The words of a question by which course titles are searched: without those that every question about courses has."""

import importlib.util
import runpy
from functools import cache
from pathlib import Path
from typing import FrozenSet, Iterable, Tuple

from bot.mobility.normalisation import normalised

_LANGUAGES = ("en", "fr")
_SHORTEST = 2

_COURSE_WORDS = """
academic anglais annee annees automne autumn bachelor catalog catalogue choisir class classe classes code content
contenu cours course courses credit credits curriculum cursus degree departement departements department departments
description detail details diplome echange ecole ects elective electives english enseigne enseignee enseignement
enseignements enseignes erasmus etudes etudiant etudiante etudiants etudier exchange faculty fall field fifth first
formation fourth francais french insa international internationaux language languages learn learning lecture
lectures lesson lessons level list liste master masters matiere matieres module modules offered option options
parcours printemps program programme programmes programs rouen schedule school second semester semesters semestre
semestres specialite speciality spring student students studies study studying subject subjects suivre sujet
syllabus taught teach teaching term third topic topics ue unit unite unites units universite university year years
"""
_REQUEST_WORDS = """
able about accessible accueillez aime aimer aimerais aimerait aller any anything apprendre arrive assister attend
auriez available avez aviez ayez begin besoin bien bit bonjour bonsoir book bring came cherche chercher choisi choix
choose chose choses come comes coming connaitre coordinateur coordinator coordinatrice correspond could cour dear
demande demander devrais dispense dispo disponible disponibles dois don donne donnent donner donnes donnez enrol
enroll enseignez entrant entrants envoyer envoyez est-ce etre etudie exist existe existent exists faire faudrait
faut find follow free get give given good got held hello help here heures hey hi hours i'd i'm ici info information
infos inscription inscrire inscrit inscrits interesse interessee interest interested intitule jcherche join know koi
laquelle lequel let licence lie liees like look looking lots love make many may maybe mean melanger merci mine mix
month montre montrer montrez need new niveau niveaux nom number offer offering offers offre offrent ok okay open
other others ouvert ouverts parle parlent parler pedagogique permet permettent petit petite peut peuvent peux plait
plan please pls plus plutot possible pourrais pourrait pourriez pouvez pouvoir pouvons prendre propose proposee
proposees proposent proposes proposez puis quel quelle quelles quelque quels question quoi recherche register
registration related renseignement rien right salut same savoir say search see select semaine send seraient serais
serait show something sommes sorry souhaite souhaiterais speak speaker speaking start stay sth stp stuff suggest
suis svp take taking tell temps thank thanks there thing things think time to tous tout toute toutes trouve trouver
try understand use useful using va vais venir veulent veut veux viens vient voir voudrais voudrait voulais want
wanted wants whch which wich will wish with within would y y-a-t-il ya yes
"""


def search_words(text: str, spans: Iterable[Tuple[int, int]]) -> Tuple[str, ...]:
    """Return the words of `text` outside `spans` that a course title may show, singular, without repetition."""
    rest = list(text)
    for start, end in spans:
        rest[start:end] = " " * (end - start)
    words = (word for word in normalised("".join(rest)).split() if len(word) >= _SHORTEST and not word[0].isdigit())
    ignored = _ignored_words()
    kept = (_singular(word) for word in words if word not in ignored and _singular(word) not in ignored)
    return tuple(dict.fromkeys(kept))


def _singular(word: str) -> str:
    # Titles are searched by the beginnings of their words: "turbine" finds "turbines", not the other way round.
    return word[:-1] if len(word) > 4 and word[-1] in "sx" and word[-2] != "s" else word


@cache
def _ignored_words() -> FrozenSet[str]:
    words = set(f"{_COURSE_WORDS} {_REQUEST_WORDS}".split())
    for language in _LANGUAGES:
        words.update(_stop_words(language))
    return frozenset(part for word in words for part in normalised(word).split())


def _stop_words(language: str) -> FrozenSet[str]:
    """Return spaCy's stop words. The file is run by itself: importing spaCy takes ten seconds and half a gigabyte."""
    package = importlib.util.find_spec("spacy")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("spaCy is not installed: install the requirements.", name="spacy")
    path = Path(package.origin).parent / "lang" / language / "stop_words.py"
    return frozenset(runpy.run_path(str(path))["STOP_WORDS"])
