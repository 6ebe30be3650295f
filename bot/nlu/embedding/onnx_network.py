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
FORMAT = 1
"""Raise it when the network below changes: files made before are then made again."""
_OPSET = 17


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
    mask = graph.attention_mask()
    for layer in range(layers):
        hidden = graph.layer(f"encoder.layer.{layer}", hidden, mask)
    graph.pool(hidden)
    tokens = helper.make_tensor_value_info("tokens", TensorProto.INT64, ["batch", "length"])
    present = helper.make_tensor_value_info("present", TensorProto.FLOAT, ["batch", "length"])
    embedding = helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", "size"])
    body = helper.make_graph(graph.nodes, "sentence_embedding", [tokens, present], [embedding], graph.tensors)
    # The oldest version that knows the operators above: every onnxruntime since 2022 reads it.
    return helper.make_model(body, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)


class _Graph:
    """Collects the nodes and constants; every method returns the name of its result."""

    def __init__(self, weights: Mapping[str, np.ndarray]) -> None:
        self._weights = weights
        self._size = weights["embeddings.word_embeddings.weight"].shape[1]
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
        return self._normalise(self._add("Add", words, positions), prefix + "LayerNorm")

    def attention_mask(self) -> str:
        """Return 0 for tokens and a large negative number for padding, over heads and queries."""
        axes = self._constant("mask_axes", np.array([1, 2], dtype=np.int64))
        present = self._add("Unsqueeze", "present", axes)
        absent = self._add("Sub", self._constant("1.0", np.float32(1)), present)
        return self._add("Mul", absent, self._constant("-1e4", np.float32(-1e4)))

    def layer(self, prefix: str, hidden: str, mask: str) -> str:
        attended = self._attention(prefix + ".attention.self", hidden, mask)
        attended = self._linear(prefix + ".attention.output.dense", attended)
        hidden = self._normalise(self._add("Add", hidden, attended), prefix + ".attention.output.LayerNorm")
        wide = self._gelu(self._linear(prefix + ".intermediate.dense", hidden))
        narrow = self._linear(prefix + ".output.dense", wide)
        return self._normalise(self._add("Add", hidden, narrow), prefix + ".output.LayerNorm")

    def pool(self, hidden: str) -> None:
        """Average the vectors of the tokens present and scale the average to length one."""
        axes = self._constant("axis_one", np.array([1], dtype=np.int64))
        weights = self._add("Unsqueeze", "present", self._constant("last_axis", np.array([2], dtype=np.int64)))
        total = self._add("ReduceSum", self._add("Mul", hidden, weights), axes, keepdims=0)
        mean = self._add("Div", total, self._add("ReduceSum", weights, axes, keepdims=0))
        length = self._add("ReduceL2", mean, axes=[1], keepdims=1)
        self._add("Div", mean, length, output="embedding")

    def _attention(self, prefix: str, hidden: str, mask: str) -> str:
        heads = self._constant("heads", np.array([0, 0, HEADS, self._size // HEADS], dtype=np.int64))

        def split(part: str, order: List[int]) -> str:
            return self._add(
                "Transpose", self._add("Reshape", self._linear(f"{prefix}.{part}", hidden), heads), perm=order
            )

        query, value = split("query", [0, 2, 1, 3]), split("value", [0, 2, 1, 3])
        key = split("key", [0, 2, 3, 1])
        scale = self._constant("scale", np.float32(1 / np.sqrt(self._size // HEADS)))
        scores = self._add("Add", self._add("Mul", self._add("MatMul", query, key), scale), mask)
        mixed = self._add("MatMul", self._add("Softmax", scores, axis=-1), value)
        joined = self._constant("joined", np.array([0, 0, self._size], dtype=np.int64))
        return self._add("Reshape", self._add("Transpose", mixed, perm=[0, 2, 1, 3]), joined)

    def _linear(self, prefix: str, value: str) -> str:
        # safetensors hold the matrix as torch multiplies it, transposed.
        matrix = self._constant(prefix + ".matrix", self._weights[prefix + ".weight"].T)
        return self._add("Add", self._add("MatMul", value, matrix), self._weight(prefix + ".bias"))

    def _gelu(self, value: str) -> str:
        half = self._add("Mul", value, self._constant("0.5", np.float32(0.5)))
        curve = self._add("Erf", self._add("Mul", value, self._constant("1/sqrt2", np.float32(1 / np.sqrt(2)))))
        return self._add("Mul", half, self._add("Add", curve, self._constant("1.0", np.float32(1))))

    def _normalise(self, value: str, prefix: str) -> str:
        scale, bias = self._weight(prefix + ".weight"), self._weight(prefix + ".bias")
        return self._add("LayerNormalization", value, scale, bias, axis=-1, epsilon=LAYER_NORM_EPSILON)

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
