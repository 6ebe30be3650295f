"""Builds the embedding network as an ONNX file: BERT, mean pooling, length one, weights in 8 bits."""

import contextlib
import io
import logging
import os
import tempfile
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping

import numpy as np

HEADS = 12
LAYER_NORM_EPSILON = 1e-12
FORMAT = 2
"""Raise it when the network below changes: files made before are then made again."""
_OPSET = 17
_FUSED = "com.microsoft"
"""Where onnxruntime keeps operators of its own."""


def build_network(weights: Mapping[str, np.ndarray], target: Path) -> None:
    """Write the quantised network of BERT `weights` to `target`; the file appears complete or not at all."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        exact, quantised = Path(folder) / "exact.onnx", Path(folder) / "int8.onnx"
        onnx.save(_network(weights), str(exact))
        with _quiet():
            quantize_dynamic(exact, quantised, per_channel=True, weight_type=QuantType.QInt8)
        os.replace(quantised, target)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hide the quantiser's advice, which it prints and logs on the root logger."""
    logger = logging.getLogger()
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            yield
    finally:
        logger.setLevel(level)


def _network(weights: Mapping[str, np.ndarray]) -> Any:
    from onnx import TensorProto, helper

    graph = _Graph(weights)
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))
    hidden = graph.embed()
    for layer in range(layers):
        hidden = graph.layer(f"encoder.layer.{layer}", hidden)
    graph.pool(hidden)
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["sentence", "length"])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["sentence", "size"])
    body = helper.make_graph(graph.nodes, "sentence_embedding", [tokens], [embedding], graph.tensors)
    versions = [helper.make_opsetid("", _OPSET), helper.make_opsetid(_FUSED, 1)]
    # The oldest version that knows the operators above: every onnxruntime since 2022 reads it.
    return helper.make_model(body, opset_imports=versions, ir_version=8)


class _Graph:
    """Collects the nodes and constants; every method returns the name of its result.

    onnxruntime's own operators for a transformer take a fifth less time than the same steps one by one. There is no
    mask: sentences run one by one, so none is filled up.
    """

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = weights
        self.nodes: List[Any] = []
        self.tensors: List[Any] = []
        self._constants: Dict[str, str] = {}

    def embed(self) -> str:
        prefix = "embeddings."
        words = self._add("Gather", self._weight(prefix + "word_embeddings.weight"), "tokens")
        # All tokens are of the first sentence, so its type is one more constant of each position.
        types = self._weights[prefix + "token_type_embeddings.weight"][:1]
        positions = self._constant("positions", self._weights[prefix + "position_embeddings.weight"] + types)
        shape = self._add("Shape", "tokens")
        length = self._add("Gather", shape, self._constant("one", np.array([1], dtype=np.int64)))
        zero = self._constant("zero", np.array([0], dtype=np.int64))
        positions = self._add("Slice", positions, zero, length, zero)
        scale, bias = self._weight(prefix + "LayerNorm.weight"), self._weight(prefix + "LayerNorm.bias")
        added = self._add("Add", words, positions)
        return self._add("LayerNormalization", added, scale, bias, axis=-1, epsilon=LAYER_NORM_EPSILON)

    def layer(self, prefix: str, hidden: str) -> str:
        attended = self._matrix(f"{prefix}.attention.output.dense", self._attention(f"{prefix}.attention.self", hidden))
        hidden = self._add_and_normalise(attended, hidden, f"{prefix}.attention.output")
        wide = self._matrix(f"{prefix}.intermediate.dense", hidden)
        wide = self._add("BiasGelu", wide, self._weight(f"{prefix}.intermediate.dense.bias"), domain=_FUSED)
        return self._add_and_normalise(self._matrix(f"{prefix}.output.dense", wide), hidden, f"{prefix}.output")

    def pool(self, hidden: str) -> None:
        """Average the vectors of the tokens and scale the average to length one."""
        mean = self._add("ReduceMean", hidden, axes=[1], keepdims=0)
        self._add("LpNormalization", mean, output="embedding", axis=1, p=2)

    def _attention(self, prefix: str, hidden: str) -> str:
        parts = [f"{prefix}.{part}" for part in ("query", "key", "value")]
        matrices = np.concatenate([self._weights[f"{part}.weight"].T for part in parts], axis=1)
        biases = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        matrix, bias = self._constant(f"{prefix}.matrix", matrices), self._constant(f"{prefix}.bias", biases)
        return self._add("Attention", hidden, matrix, bias, domain=_FUSED, num_heads=HEADS)

    def _matrix(self, prefix: str, value: str) -> str:
        # safetensors hold the matrix as torch multiplies it, transposed.
        return self._add("MatMul", value, self._constant(f"{prefix}.matrix", self._weights[f"{prefix}.weight"].T))

    def _add_and_normalise(self, value: str, skipped: str, prefix: str) -> str:
        names = (f"{prefix}.LayerNorm.weight", f"{prefix}.LayerNorm.bias", f"{prefix}.dense.bias")
        weights = [self._weight(name) for name in names]
        return self._add(
            "SkipLayerNormalization", value, skipped, *weights, domain=_FUSED, epsilon=LAYER_NORM_EPSILON
        )

    def _weight(self, name: str) -> str:
        return self._constant(name, self._weights[name])

    def _constant(self, name: str, value: Any) -> str:
        from onnx import numpy_helper

        if name not in self._constants:
            self._constants[name] = name
            self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def _add(self, operator: str, *inputs: str, output: str = "", **attributes: Any) -> str:
        from onnx import helper

        output = output or f"{operator.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output
