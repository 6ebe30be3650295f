"""Sentences to vectors of length one, with onnxruntime on one thread."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Callable, Optional, Sequence

import numpy as np

from bot.errors import ModelError
from bot.nlu.embedding.onnx_network import FORMAT, build_network
from bot.nlu.embedding.weights import digest_of, find_model_folder, read_weights
from bot.nlu.embedding.wordpiece import WordPiece

_FEWEST_TO_SHARE = 500
"""So many sentences are no message of a student: nobody else's answer waits behind them."""


def ensure_network(folder: Path, cache: Path, announce: Callable[[str], None] = lambda line: None) -> Path:
    """Return the ONNX file made from the weights in `folder`, making it when `cache` does not hold it yet."""
    weights_file = folder / "model.safetensors"
    network = cache / f"sentence-embedding-{digest_of(weights_file)[:16]}-{FORMAT}.onnx"
    if not network.is_file():
        announce("Building the sentence-embedding network (once, a few seconds) ...")
        try:
            build_network(read_weights(weights_file), network)
        except (OSError, KeyError, ValueError) as error:
            raise ModelError(
                f"The network of {weights_file} cannot be written to {network.parent}: {error}."
            ) from error
    return network


class SentenceEncoder:
    """Turns sentences into vectors whose dot product is their similarity in meaning."""

    def __init__(self, network: Path, vocabulary: Path, max_tokens: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # The Rasa server answers several students at once: one thread each beats one student on all cores.
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        # Each length would have a plan of its memory of its own; messages are of all lengths.
        options.enable_mem_pattern = False
        self._session = onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
        self._tokenizer = WordPiece.from_file(vocabulary, max_tokens)
        self._size = len(self._run(""))

    @classmethod
    def load(cls, cache: Path, folder: Optional[str] = None, max_tokens: int = 64) -> "SentenceEncoder":
        """Load the installed model, building its network first where needed."""
        model = find_model_folder(folder)
        return cls(ensure_network(model, cache), model / "vocab.txt", max_tokens)

    def encode(self, sentences: Sequence[str]) -> np.ndarray:
        """Return one row per sentence.

        Sentences run one by one: 8-bit activations are scaled per call, so in a batch a training example would get
        another vector than the same message alone later. Many of them, as in a training, are shared among all cores.
        """
        vectors = np.zeros((len(sentences), self._size), dtype=np.float32)
        if len(sentences) < _FEWEST_TO_SHARE:
            for row, sentence in enumerate(sentences):
                vectors[row] = self._run(sentence)
            return vectors
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            for row, vector in enumerate(pool.map(self._run, sentences)):
                vectors[row] = vector
        return vectors

    def _run(self, sentence: str) -> np.ndarray:
        tokens = np.array([self._tokenizer.encode(sentence)], dtype=np.int64)
        return self._session.run(None, {"tokens": tokens})[0][0]
