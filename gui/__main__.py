"""``lexplain``: the composition root. It alone names the engine's entry point. No Qt import here."""

from __future__ import annotations

import argparse
import multiprocessing
import os
import sys
import time
from pathlib import Path

ENGINE_ENTRY = "engine.worker:serve"


def main(arguments: list[str] | None = None) -> int:
    """Run the window, or the demo; gives the exit code."""
    multiprocessing.freeze_support()
    given = sys.argv[1:] if arguments is None else arguments
    if given[:1] == ["demo"]:
        return _demo(given[1:])
    options = _parser().parse_args(given)
    if options.project is not None and not Path(options.project).exists():
        print(f"lexplain: there is no file or project at {options.project}", file=sys.stderr)
        return 2
    return _window(options)


def _parser() -> argparse.ArgumentParser:
    from gui import VERSION

    parser = argparse.ArgumentParser(
        prog="lexplain", description="Transfer, judge and explain language models."
    )
    parser.add_argument("project", nargs="?", help="a project to open, or a file to import")
    parser.add_argument("--version", action="version", version=f"lexplain {VERSION}")
    parser.add_argument("--measure-start", action="store_true", help=argparse.SUPPRESS)
    parser.epilog = "`lexplain demo --out DIR` plays the main job on the sample."
    return parser


def _window(options: argparse.Namespace) -> int:
    from gui.app import Lexplain, make_application
    from gui.engine_link import EntryPoint

    app = make_application(sys.argv[:1])
    product = Lexplain(app, EntryPoint(ENGINE_ENTRY))
    if options.measure_start:
        from gui.measure import measure_start

        measure_start(product, _process_started())
    product.start(Path(options.project).absolute() if options.project else None)
    return app.exec()


def _process_started() -> float:
    """When this process began, in seconds since the epoch."""
    stat = Path("/proc/self/stat")
    if stat.exists():
        # psutil counts from a boot time in whole seconds; the kernel's clocks are exact to a tick (10 ms)
        ticks = int(stat.read_text().rsplit(")", 1)[1].split()[19])
        age = time.clock_gettime(time.CLOCK_BOOTTIME) - ticks / os.sysconf("SC_CLK_TCK")
        return time.time() - age
    import psutil

    return float(psutil.Process().create_time())


def _demo(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="lexplain demo", description="Play the main job on the sample.")
    parser.add_argument("--out", default="demo-output", help="folder for pictures and report (demo-output)")
    options = parser.parse_args(arguments)
    headless = sys.platform.startswith("linux") and not (
        os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    )
    if headless:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from gui.demo import play

    return play(Path(options.out).absolute(), ENGINE_ENTRY, stay=not headless)


if __name__ == "__main__":
    sys.exit(main())
