"""What the report page asks the store for, away from the window's thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.api.project import Project
from engine.api.report_facts import ReportFacts, read_facts


@dataclass(frozen=True)
class ReadReportFacts:
    """What a report of a run can hold."""

    run: str

    def answers(self, project: Project) -> Iterator[ReportFacts]:
        yield read_facts(project, self.run)
