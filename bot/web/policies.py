"""Content-Security-Policies: what a page may load, and who may show it in a frame."""

from typing import Dict, Sequence

_PAGE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'self'",
}


def page_policy() -> str:
    """Return the policy of every answer that needs no other."""
    return _written(_PAGE)


def frame_policy(allowed_origins: Sequence[str]) -> str:
    """Return the policy of the widget's frame: allowed hosts may show it, and it may show their logo."""
    hosts = " ".join(("'self'", *allowed_origins))
    return _written({**_PAGE, "img-src": hosts, "frame-ancestors": hosts})


def demo_policy() -> str:
    """Return the policy of the demo page, which shows the widget's frame."""
    return _written({**_PAGE, "frame-src": "'self'"})


def _written(policy: Dict[str, str]) -> str:
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
