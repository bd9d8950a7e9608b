"""A notebook with a progress bar, executed as Jupyter does."""

import pytest

nbclient = pytest.importorskip("nbclient")
nbformat = pytest.importorskip("nbformat")
pytest.importorskip("ipykernel")
pytest.importorskip("tqdm")

CELLS = [
    "import polymer_wasm as pw\npool = pw.Pool(MODULE, workers=1)",
    "records = list(pool.map(map(str, range(500)), progress=True))\nprint(len(records), records[-1].output)",
    "pool.submit('x').result()",
    "endless = pool.submit(1, module=SPIN)\nendless.cancel()",
    "pool.shutdown()",
]


def test_a_notebook_shows_a_bar_and_goes_on(echo, spin):
    book = nbformat.v4.new_notebook()
    cells = [f"MODULE, SPIN = {echo!r}, {spin!r}", *CELLS]
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()

    def text(cell) -> str:
        found = []
        for output in cell["outputs"]:
            found.append(output.get("text", ""))
            found.append(output.get("data", {}).get("text/plain", ""))
        return "".join(found)

    assert "500 499" in text(book.cells[2])
    # The bar: a text where there are no widgets.
    assert "500" in text(book.cells[2]) and "task" in text(book.cells[2])
    assert text(book.cells[3]) == "'x'"
    assert text(book.cells[4]) == "True"


def test_an_interrupted_cell_ends_its_tasks_and_the_pool_goes_on(echo, spin):
    """Jupyter's stop button is SIGINT to the kernel, of which the pool's command must not hear."""
    book = nbformat.v4.new_notebook()
    cells = [
        f"import os, signal, threading\nimport polymer_wasm as pw\npool = pw.Pool({echo!r}, workers=1)",
        "timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))\ntimer.start()\n"
        f"try:\n    list(pool.map([1] * 10, module={spin!r}))\nexcept KeyboardInterrupt:\n    print('stopped')",
        "print(pool.submit('goes on').result())\npool.shutdown()",
    ]
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbclient.NotebookClient(book, timeout=60, kernel_name="python3").execute()
    assert book.cells[1]["outputs"][0]["text"] == "stopped\n"
    assert book.cells[2]["outputs"][0]["text"] == "goes on\n"


def test_a_score_shows_a_bar_and_its_table(interpreter):
    book = nbformat.v4.new_notebook()
    cells = [
        "from polymer_wasm import score",
        "score(['print(3)', 'print(4)'] * 15, [{'expect': '3'}], progress=True)",
    ]
    book.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
    nbclient.NotebookClient(book, timeout=120, kernel_name="python3").execute()
    outputs = book.cells[1]["outputs"]
    shown = "".join(output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs)
    assert "30/30" in shown and "ScoreTable(15 of 30 programs passed all" in shown, shown


def test_a_bar_knows_how_many_rows_a_list_has_and_counts_what_is_not_ok(capsys):
    from polymer_wasm._pool import _with_bar
    from polymer_wasm._records import Record

    records = [Record({"verdict": verdict}) for verdict in ("ok", "trap", "ok", "timeout")]
    for rows, total in [(records, "4/4"), (iter(records), "4/4"), ((row for row in records), "4task")]:
        assert list(_with_bar(iter(records), rows)) == records
        shown = capsys.readouterr().err
        assert total in shown and "2 not ok" in shown, shown
    list(_with_bar(iter(records[:1]), records[:1]))
    assert "not ok" not in capsys.readouterr().err


def test_a_loop_that_is_left_closes_what_the_bar_shows():
    from polymer_wasm._pool import _with_bar
    from polymer_wasm._records import Record

    closed = []

    def records():
        try:
            while True:
                yield Record({"verdict": "ok"})
        finally:
            closed.append(True)

    for record in _with_bar(records(), []):
        assert record.ok
        break
    assert closed == [True]
