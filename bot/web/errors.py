"""The one exception by which the public door refuses a request."""

from typing import Optional


class ApiError(Exception):
    """Becomes `{"error": {"code", "message"}}`; the code is for programs, the message for their authors."""

    def __init__(self, status: int, code: str, message: str, *, retry_after: Optional[int] = None):
        super().__init__(message)
        self.status = status
        self.code = code
        self.retry_after = retry_after
        """Seconds after which to try again."""
