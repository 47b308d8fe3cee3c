"""What can go wrong between a platform and the lake; `str(error)` is one sentence that says what to do."""


class IngestionError(Exception):
    """Base of every error that ingestion raises on purpose."""


class BadDeclaration(IngestionError):
    """A dataset declaration that cannot be used."""


class SourceUnavailable(IngestionError):
    """The platform did not give a usable answer within the allowed attempts; another night may succeed."""


class SourceRefused(IngestionError):
    """The platform refused the request (400, 401, 404 ...); repeating it does not help."""


class BadFile(IngestionError):
    """A delivery that is refused whole; its bytes stay in landing as evidence."""


class ChangedInterface(BadFile):
    """A delivery without a declared field: its dataset waits for people, and the night goes on with the others."""
