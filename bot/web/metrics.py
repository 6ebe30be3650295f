"""Figures for Prometheus; never a text, a token or a conversation."""

from typing import Any, Dict, Iterable

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25)


class Metrics:
    """The figures of one application."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "assistant_requests", "Requests answered.", ("method", "route", "status"), registry=self._registry
        )
        self._seconds = Histogram(
            "assistant_request_seconds",
            "Time to answer a request.",
            ("method", "route"),
            buckets=BUCKETS,
            registry=self._registry,
        )
        self._answers = Counter(
            "assistant_answers", "Answers given.", ("topic", "outcome", "language"), registry=self._registry
        )
        self._errors = Counter("assistant_errors", "Requests refused or failed.", ("code",), registry=self._registry)

    def count_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(method, route, status).inc()
        self._seconds.labels(method, route).observe(seconds)

    def count_answers(self, messages: Iterable[Dict[str, Any]]) -> None:
        """Count the answers among new messages of the assistant."""
        for message in messages:
            if message["answer"]:
                self._answers.labels(*(message["answer"][key] for key in ("topic", "outcome", "language"))).inc()

    def count_error(self, code: str) -> None:
        """Count an error by its code."""
        self._errors.labels(code).inc()

    def render(self) -> bytes:
        """Return all figures in Prometheus' text format."""
        return generate_latest(self._registry)
