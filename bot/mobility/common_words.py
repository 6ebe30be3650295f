"""Words that say nothing about what is searched: those of the languages' grammar, and those in which people ask."""

import importlib.util
import runpy
from functools import cache
from pathlib import Path
from typing import FrozenSet

from bot.languages import SUPPORTED_LANGUAGES
from bot.mobility.normalisation import normalised

_REQUEST_WORDS = """
able about accessible accueillez adresser ask asking asks deal deals occupe occuper occupent aime aimer aimerais
aimerait aller any anything apprendre arrive assister attend
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


@cache
def common_words() -> FrozenSet[str]:
    """Return these words of every language, as `normalised` writes them."""
    words = set(_REQUEST_WORDS.split())
    for language in SUPPORTED_LANGUAGES:
        words.update(_stop_words(language))
    return frozenset(part for word in words for part in normalised(word).split())


def _stop_words(language: str) -> FrozenSet[str]:
    """Return spaCy's stop words. The file is run by itself: importing spaCy takes ten seconds and half a gigabyte."""
    package = importlib.util.find_spec("spacy")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("spaCy is not installed: install the requirements.", name="spacy")
    path = Path(package.origin).parent / "lang" / language / "stop_words.py"
    return frozenset(runpy.run_path(str(path))["STOP_WORDS"])
