"""Why a service may not take work now. Empty: it is ready."""

from vangnet_runtime import metrics


class Readiness:
    """Named reasons; `/readyz` shows them. A reason holds until the part that gave it takes it back."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._prefix = ""
        self._reasons: dict[str, str] = {}
        self._show()

    def part(self, name: str) -> "Readiness":
        """For a second part of the same kind: its reasons are of the same service and do not take back the first one's."""
        other = object.__new__(Readiness)
        other.__dict__.update(self.__dict__)
        other._prefix = f"{self._prefix}{name}-"
        return other

    def object(self, code: str, text: str) -> None:
        """Not ready, because of `text` (English, for operators; names what to do)."""
        self._reasons[self._prefix + code] = text
        self._show()

    def withdraw(self, code: str) -> None:
        """This reason is gone."""
        self._reasons.pop(self._prefix + code, None)
        self._show()

    @property
    def reasons(self) -> dict[str, str]:
        """Code to text."""
        return dict(self._reasons)

    @property
    def ready(self) -> bool:
        """Whether there is no reason left."""
        return not self._reasons

    def _show(self) -> None:
        metrics.READY.labels(self._service).set(self.ready)
