"""How likely a message is one for this assistant, from four clues about it."""

from typing import Mapping, NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression


class ScopeWeights(NamedTuple):
    """A logistic regression on the clues: its weights come from examples that the model had not seen.

    `python -m bot evaluate --calibrate` measures them. They are options and not learnt at each training: a model's own
    examples are all too familiar to it, and judging them by others would double the time of a training.
    """

    own_score: float
    """Weight of the best score that an intent of the assistant gets."""
    foreign_score: float
    """Weight of the best score that a foreign intent gets."""
    own_likeness: float
    """Weight of the likeness to the nearest examples of the assistant's intents."""
    foreign_likeness: float
    """Weight of the likeness to the nearest foreign examples."""
    bias: float

    def scope(self, clues: np.ndarray) -> np.ndarray:
        """Return for each row of clues the probability, where own and foreign messages are equally frequent."""
        return expit(clues @ np.array(self[:-1]) + self.bias)

    def as_options(self) -> Mapping[str, float]:
        """Return the weights as they stand in config.yml."""
        return {name: round(value, 2) for name, value in self._asdict().items()}


MEASURED = ScopeWeights(own_score=0.54, foreign_score=-0.98, own_likeness=10.95, foreign_likeness=-7.84, bias=-6.24)
"""On 10,900 examples of 120 intents, 864 of them foreign."""


def fit_weights(clues: np.ndarray, is_own: np.ndarray) -> ScopeWeights:
    """Return the weights that tell own from foreign messages best, both kinds counting the same."""
    model = LogisticRegression(C=10, class_weight="balanced", max_iter=1000).fit(clues, is_own)
    return ScopeWeights(*map(float, (*model.coef_[0], *model.intercept_)))
