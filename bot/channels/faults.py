"""The one exception by which the web channel says why it gives no answer."""


class ChannelError(Exception):
    """Becomes `{"error": {"code", "message"}}` with `status`."""

    def __init__(self, status: int, code: str, message: str):
        super().__init__(message)
        self.status = status
        self.code = code
