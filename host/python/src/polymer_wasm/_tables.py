"""Tables of rows and tables of records: pandas, polars or pyarrow, whichever came."""

from __future__ import annotations

import sys
from typing import Any, Callable, Iterable, Iterator

from ._records import Record

__all__ = ["rows_of", "table_of"]

#: Columns of a table of records, and what each has.
COLUMNS: dict[str, Callable[[Record], Any]] = {
    "id": lambda record: record.id,
    "verdict": lambda record: record.verdict,
    "output": lambda record: record.output,
    "error": lambda record: record.error.get("message") or None,
    "code": lambda record: record.error.get("code") or None,
    "fuel": lambda record: record.stats.get("fuel"),
    "wall_ms": lambda record: record.stats.get("wall_ms"),
    "peak_memory_bytes": lambda record: record.stats.get("peak_memory_bytes"),
}


def _is(rows: Any, library: str, name: str) -> bool:
    loaded = sys.modules.get(library)
    return loaded is not None and isinstance(rows, getattr(loaded, name, ()))


def rows_of(rows: Any) -> tuple[str, Iterable[Any]]:
    """Return which kind of table this is, and its rows: dicts by the names of columns.

    A row's values are those of JSON: a missing value of pandas is ``None``, a date its text.
    """
    if _is(rows, "pandas", "DataFrame"):
        return "pandas", _dicts_of_pandas(rows)
    if _is(rows, "polars", "DataFrame"):
        return "polars", rows.iter_rows(named=True)
    if _is(rows, "pyarrow", "Table"):
        return "pyarrow", (row for batch in rows.to_batches() for row in batch.to_pylist())
    return "list", rows


def _dicts_of_pandas(frame: Any) -> Iterator[dict[str, Any]]:
    names = [str(name) for name in frame.columns]
    missing = sys.modules["pandas"].isna
    for values in frame.itertuples(index=False, name=None):
        yield {name: _plain(value, missing) for name, value in zip(names, values, strict=True)}


def _plain(value: Any, missing: Any) -> Any:
    if isinstance(value, (str, bool, int, list, dict)):
        return value
    if missing(value) is True:
        return None
    item = getattr(value, "item", None)
    if item is not None:
        return item()
    iso = getattr(value, "isoformat", None)
    return iso() if iso is not None else value


def table_of(kind: str, records: Iterable[Record]) -> Any:
    """Return a table of this kind of the records."""
    if kind == "list":
        return list(records)
    columns: dict[str, list[Any]] = {name: [] for name in COLUMNS}
    for record in records:
        for name, value in COLUMNS.items():
            columns[name].append(value(record))
    library = sys.modules[kind]
    if kind == "pyarrow":
        return library.table(_same_types(columns))
    if kind == "polars":
        return library.DataFrame(_same_types(columns), strict=False)
    return library.DataFrame(columns)


def _same_types(columns: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """Outputs of one type, or as JSON texts: a column has one type."""
    kinds = {type(value) for value in columns["output"] if value is not None}
    if len(kinds) > 1 and kinds != {int, float}:
        from ._codec import encode

        columns["output"] = [None if value is None else encode(value).decode() for value in columns["output"]]
    return columns
