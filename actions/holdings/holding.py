"""What one intent is answered with."""

from dataclasses import dataclass
from typing import Tuple

from actions.holdings.sources import Procedure, Source
from actions.offices import INTERNATIONAL_OFFICE


@dataclass(frozen=True)
class Holding:
    """The facts on the subject of one intent."""

    topic: str
    """One of bot/topics.py."""
    facts: Tuple[Source, ...] = ()
    """Where they are found, the most important first."""
    answers: bool = True
    """Whether they answer the question; otherwise they are told as what is known besides."""
    office: str = INTERNATIONAL_OFFICE
    """Whom to ask for the rest."""
    partly_known: str = "utter_everyday_topic_partly_known"
    """Response key where the facts do not answer the question."""
    factsheet: str = ""
    """Subject of the entries of Mobility Factsheets that answer too."""
    explained_by: Tuple[str, ...] = ()
    """Procedures that "why?" and "how?" are about, where those of the facts are not the ones."""

    @property
    def procedures(self) -> Tuple[str, ...]:
        """Return the codes of the procedures that the facts are about."""
        return tuple(dict.fromkeys(source.code for source in self.facts if isinstance(source, Procedure)))

    @property
    def explained(self) -> Tuple[str, ...]:
        """Return the codes of the procedures that "why?" and "how?" are about."""
        return self.explained_by or self.procedures
