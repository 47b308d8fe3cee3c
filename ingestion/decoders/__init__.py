"""Decoders: received files -> chunks of text rows, one module per format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from ingestion.declaration import Dataset
from ingestion.decoders.chunk import Chunk, merged
from ingestion.decoders.csv_rows import decode_csv
from ingestion.decoders.hj212 import decode_hj212
from ingestion.decoders.json_rows import decode_json
from ingestion.decoders.xml_messages import decode_xml
from ingestion.landing import LandedFile

_DECODERS: dict[str, Callable[[Dataset, Sequence[LandedFile]], Iterator[Chunk]]] = {
    "json_rows": decode_json,
    "csv_rows": decode_csv,
    "xml_messages": decode_xml,
    "hj212": decode_hj212,
}


def decode(dataset: Dataset, files: Sequence[LandedFile]) -> Iterator[Chunk]:
    """Chunks of the rows in `files`, in order; raises BadFile when a file cannot be what the dataset declares."""
    return merged(_DECODERS[dataset.format.kind](dataset, files))


def ahead(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same chunks, the next one being decoded in a thread while the caller works on the last."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, chunks, None)
        while (chunk := coming.result()) is not None:
            coming = pool.submit(next, chunks, None)
            yield chunk
