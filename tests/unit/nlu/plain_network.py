"""BERT with mean pooling in plain NumPy, float32 or more: what the ONNX file must agree with."""

from typing import Dict, List

import numpy as np
from scipy.special import erf, softmax

HEADS = 12


def embed(weights: Dict[str, np.ndarray], tokens: List[int]) -> np.ndarray:
    """Return the vector of length one of one sentence."""
    hidden = (
        weights["embeddings.word_embeddings.weight"][tokens]
        + weights["embeddings.position_embeddings.weight"][: len(tokens)]
        + weights["embeddings.token_type_embeddings.weight"][0]
    )
    hidden = _normalise(hidden, weights, "embeddings.LayerNorm")
    layer = 0
    while f"encoder.layer.{layer}.output.dense.weight" in weights:
        hidden = _layer(hidden, weights, f"encoder.layer.{layer}")
        layer += 1
    mean = hidden.mean(axis=0)
    return mean / np.linalg.norm(mean)


def _layer(hidden: np.ndarray, weights: Dict[str, np.ndarray], prefix: str) -> np.ndarray:
    query, key, value = (
        _linear(hidden, weights, f"{prefix}.attention.self.{part}").reshape(len(hidden), HEADS, -1).transpose(1, 0, 2)
        for part in ("query", "key", "value")
    )
    scores = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
    mixed = (scores @ value).transpose(1, 0, 2).reshape(len(hidden), -1)
    attended = hidden + _linear(mixed, weights, f"{prefix}.attention.output.dense")
    hidden = _normalise(attended, weights, f"{prefix}.attention.output.LayerNorm")
    wide = _linear(hidden, weights, f"{prefix}.intermediate.dense")
    wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
    return _normalise(hidden + _linear(wide, weights, f"{prefix}.output.dense"), weights, f"{prefix}.output.LayerNorm")


def _linear(value: np.ndarray, weights: Dict[str, np.ndarray], prefix: str) -> np.ndarray:
    return value @ weights[f"{prefix}.weight"].T + weights[f"{prefix}.bias"]


def _normalise(value: np.ndarray, weights: Dict[str, np.ndarray], prefix: str) -> np.ndarray:
    centred = value - value.mean(axis=-1, keepdims=True)
    spread = np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return centred / spread * weights[f"{prefix}.weight"] + weights[f"{prefix}.bias"]
