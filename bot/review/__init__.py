"""Feedback on answers and, later, the review of conversations."""
