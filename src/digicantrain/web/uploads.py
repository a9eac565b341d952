"""How large a request with files may be: more is not even read."""

from typing import IO, Final

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler

LARGEST: Final = 64_000_000


class LimitedUploadHandler(FileUploadHandler):
    """Stands before the handlers that keep files, and refuses what is too large by its length."""

    def handle_raw_input(
        self,
        input_data: IO[bytes],
        META: dict[str, str],  # noqa: N803
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Refuse before anything is read."""
        del input_data, META, boundary, encoding
        if content_length > LARGEST:
            raise RequestDataTooBig(f"Send at most {LARGEST:,} bytes at once.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand a piece on to the next handler."""
        del start
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the next handler."""
        del file_size
