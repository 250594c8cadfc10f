"""A CSV of a million rows (about 100 characters each, a tenth of them Chinese): import, memory, search.

    python -m tests.benchmarks.bench_import [--rows 1000000] [--repeat 3] [--folder DIR]

Prints one JSON object; every import runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

LIMITS = {"seconds": 20.0, "peak_mb": 400.0, "search_ms": 50.0}
QUERIES = {
    "word": "ranula",
    "prefix": "ranu",
    "rare": "zyzzyva",
    "very_common": "the",
    "chinese": "退款",
    "chinese_one": "退",
}


def write_table(path: Path, rows: int) -> None:
    """Words with the frequencies of language (Zipf), not of dice: an index of dice is another index."""
    chance = random.Random(1)
    words = [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(2, 9))) for _ in range(30_000)
    ]
    words[200] = "ranula"
    english = chance.choices(words, [1 / (i + 1) for i in range(len(words))], k=400_000)
    characters = [chr(code) for code in chance.sample(range(0x4E00, 0x6E00), 1_200)]
    terms = ["".join(chance.choices(characters, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(12_000)]
    chinese = chance.choices(terms, [1 / (i + 3) for i in range(len(terms))], k=200_000)
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["text", "label"])
        for row in range(rows):
            if row % 10 == 0:
                at = chance.randrange(len(chinese) - 20)
                text = "".join(chinese[at : at + 20]) + ("，退款" if row % 100 == 0 else "")
            else:
                at = chance.randrange(len(english) - 15)
                text = "the " + " ".join(english[at : at + 15])
                if row % 50_000 == 1:
                    text += " zyzzyva"
            writer.writerow([text, f"label {row % 6}"])


def import_once(table: Path, folder: Path) -> dict[str, float]:
    """In this process: seconds (wall and processor), peak of memory, longest time between two steps."""
    from engine.api.messages import ColumnMapping, ImportFile
    from engine.api.project import Project
    from engine.data.importing import import_file

    with Project.create(folder) as project:
        mapping = ColumnMapping(text="text", label="label")
        started = last = time.perf_counter()
        longest = 0.0
        for _ in import_file(project, ImportFile(path=str(table), mapping=mapping)):
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
        seconds = time.perf_counter() - started
        cpu = time.process_time()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    longest_ms = longest * 1e3
    return {"seconds": seconds, "cpu_seconds": cpu, "peak_mb": peak / 1e6, "longest_step_ms": longest_ms}


def search_times(folder: Path) -> dict[str, dict[str, float]]:
    """Median milliseconds of 5 for the first page of 60 (ids and texts) and for the count."""
    from engine.api.project import Project
    from engine.api.store.documents import DocumentFilter

    found: dict[str, dict[str, float]] = {}
    with Project.open(folder) as project:
        for name, query in QUERIES.items():
            which = DocumentFilter(search=query)
            pages, counts, total = [], [], 0
            for _ in range(5):
                started = time.perf_counter()
                project.documents.page(list(next(project.documents.ids(which, 60), ())))
                pages.append((time.perf_counter() - started) * 1e3)
                started = time.perf_counter()
                total = project.documents.count(which)
                counts.append((time.perf_counter() - started) * 1e3)
            found[name] = {
                "page_ms": round(statistics.median(pages), 2),
                "count_ms": round(statistics.median(counts), 2),
                "matches": total,
            }
    return found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="where to work (a temporary folder by default)")
    parser.add_argument("--child", nargs=2, type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(import_once(*given.child)))
        return
    with tempfile.TemporaryDirectory(dir=given.folder) as name:
        table, project = Path(name) / "table.csv", Path(name) / "bench.lexplain"
        write_table(table, given.rows)
        runs = []
        for _ in range(given.repeat):
            shutil.rmtree(project, ignore_errors=True)
            command = [
                sys.executable,
                "-m",
                "tests.benchmarks.bench_import",
                "--child",
                str(table),
                str(project),
            ]
            runs.append(
                json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            )
        report = {
            "rows": given.rows,
            "file_mb": round(table.stat().st_size / 1e6, 1),
            "seconds": round(statistics.median(run["seconds"] for run in runs), 2),
            "seconds_each": [round(run["seconds"], 2) for run in runs],
            # where other programs had the cores, the wall clock says less than this
            "cpu_seconds": round(statistics.median(run["cpu_seconds"] for run in runs), 2),
            "peak_mb": round(max(run["peak_mb"] for run in runs), 1),
            "longest_step_ms": round(statistics.median(run["longest_step_ms"] for run in runs), 1),
            "database_mb": round((project / "project.sqlite").stat().st_size / 1e6, 1),
            "search": search_times(project),
            "limits": LIMITS,
        }
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
