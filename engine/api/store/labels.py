"""Labels and entity types: what a document is called, how often each is there, and edits of it, by the task."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from engine.api.catalog import SPLITS
from engine.api.errors import ErrorKind, KnownError
from engine.api.results import Entity
from engine.api.store.edits import EditLog
from engine.api.store.tags import mark_of, pack_entities, pack_words, unpack_entities, unpack_words
from engine.api.tasks import LABEL_SEPARATOR, NO_LABEL, join_labels, split_labels
from engine.api.words import words_of, words_within

SPLIT_CODES = {name: code for code, name in enumerate(("", *SPLITS))}
SPLIT_NAMES = tuple(SPLIT_CODES)
_AT_ONCE = 10_000  # ids in a question
# in a label of a set, for the sign that parts the set
BAR_INSTEAD = "\u00a6"
# a label among those of a set; the sign stands at both ends of the set and of the label
_IN_SET = f"instr('{LABEL_SEPARATOR}' || labels.name || '{LABEL_SEPARATOR}', ?) > 0"


class GroupCount(msgspec.Struct, frozen=True):
    label: str
    split: str
    count: int


class LabelStore:
    """Edits go through the log; the caller opens the transaction."""

    def __init__(self, connection: sqlite3.Connection, edits: EditLog) -> None:
        self._db = connection
        self._edits = edits
        self._label_ids: dict[str, int] = {}

    def task(self) -> str:
        """The project's task; ``single`` where none was set."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'task'").fetchone()
        return "single" if row is None else str(row[0])

    def _visible(self) -> str:
        """The condition that leaves out deleted rows and rows of deleted or unfinished sources.

        The flag stays with the source, so that an import of a million rows appears, and is undone, at once.
        """
        hidden = ", ".join(
            str(row["id"]) for row in self._db.execute("SELECT id FROM sources WHERE deleted = 1")
        )
        return "documents.deleted = 0" + (f" AND documents.source_id NOT IN ({hidden})" if hidden else "")

    # --- what there is -----------------------------------------------------------------------------------

    def label_id(self, name: str) -> int | None:
        """The id of a label, made where it is new; None for no label."""
        if not name:
            return None
        found = self._label_ids.get(name)
        if found is None:
            self._db.execute("INSERT OR IGNORE INTO labels (name) VALUES (?)", (name,))
            found = int(self._db.execute("SELECT id FROM labels WHERE name = ?", (name,)).fetchone()["id"])
            self._label_ids[name] = found
        return found

    def labels(self) -> list[str]:
        """Labels (several a text: each of them; tagged words: types) that some document has, sorted."""
        task = self.task()
        if task == "tagging":
            return sorted(self._tagged_counts().keys() - {"", NO_LABEL})
        if task == "score":
            return []
        rows = self._db.execute(
            "SELECT name FROM labels WHERE EXISTS"
            " (SELECT 1 FROM documents WHERE documents.split IN (0, 1, 2, 3)"
            f" AND documents.label_id = labels.id AND {self._visible()}) ORDER BY name"
        )
        names = [row["name"] for row in rows]
        return sorted({part for name in names for part in split_labels(name)}) if task == "multi" else names

    def groups(self) -> list[GroupCount]:
        """How many documents each label string has in each split; from the index alone."""
        rows = self._db.execute(
            "SELECT coalesce(labels.name, '') AS name, split, counted FROM"
            f" (SELECT label_id, split, count(*) AS counted FROM documents WHERE {self._visible()}"
            " GROUP BY split, label_id)"
            " LEFT JOIN labels ON labels.id = label_id ORDER BY name, split"
        )
        return [GroupCount(row["name"], SPLIT_NAMES[row["split"]], row["counted"]) for row in rows]

    def label_counts(self, groups: Sequence[GroupCount] | None = None) -> dict[str, int]:
        """How many texts each label has, largest first; "" for texts without one, last.

        Several labels a text: a text counts for each of its labels, for ``tasks.NO_LABEL`` where it has none.
        Tagged words: texts that hold an entity of the type, ``NO_LABEL`` where they hold none at all.
        ``groups``, where they have been read already, save a reading.
        """
        task = self.task()
        counts = Counter[str]()
        if task == "tagging":
            counts = self._tagged_counts()
        else:
            for group in self.groups() if groups is None else groups:
                several = task == "multi" and group.label
                for name in (split_labels(group.label) or (NO_LABEL,)) if several else (group.label,):
                    counts[name] += group.count
        return dict(sorted(counts.items(), key=lambda item: (item[0] == "", -item[1], item[0])))

    def _tagged_counts(self) -> Counter[str]:
        visible = self._visible()
        found = Counter[str]()
        empty = self._db.execute(
            "SELECT count(*) FILTER (WHERE tags IS NULL), count(*) FILTER (WHERE tags = '[]')"
            f" FROM documents WHERE {visible}"
        ).fetchone()
        found.update({name: count for name, count in zip(("", NO_LABEL), empty, strict=True) if count})
        rows = self._db.execute(
            "SELECT type, count(*) FROM (SELECT DISTINCT documents.id, json_extract(entity.value, '$[2]')"
            " AS type FROM documents, json_each(documents.tags) AS entity"
            f" WHERE tags IS NOT NULL AND {visible}) GROUP BY type"
        )
        found.update({row[0]: row[1] for row in rows})
        return found

    def labelled_counts(self) -> dict[str, int]:
        """How many documents of each split have a label, or tags where words are tagged; "" = no split."""
        having = "tags" if self.task() == "tagging" else "label_id"
        counts = dict.fromkeys(SPLIT_NAMES, 0)
        rows = self._db.execute(
            f"SELECT split, count(*) FROM documents WHERE {self._visible()} AND {having} IS NOT NULL"
            " GROUP BY split"
        )
        for code, count in rows:
            counts[SPLIT_NAMES[code]] = count
        return counts

    def label_condition(self, label: str) -> tuple[str, tuple[object, ...]]:
        """An SQL condition on ``documents``, by the task: has this label, "" = none was given."""
        task = self.task()
        if task == "tagging":
            if not label:
                return "documents.tags IS NULL", ()
            if label == NO_LABEL:
                return "documents.tags = '[]'", ()
            return "instr(documents.tags, ?) > 0", (mark_of(label),)
        if task == "multi" and label and label != NO_LABEL:
            return f"documents.label_id IN (SELECT id FROM labels WHERE {_IN_SET})", (_within(label),)
        return "documents.label_id IS (SELECT id FROM labels WHERE name = ?)", (label,)

    # --- edits -------------------------------------------------------------------------------------------

    def set_label(self, documents: Sequence[int], label: str) -> None:
        """Give documents a label (of several: their joined string; of a score: its number); "" takes it away."""
        self.forget_labels()
        edit = self._edits.record("label", label=label, count=len(documents))
        self._edits.change(edit, "label", documents, self.label_id(label))

    def change_labels(self, documents: Sequence[int], add: str = "", remove: str = "") -> int:
        """Of several labels: give documents one more, or take one away, as one edit; gives how many changed.

        A text whose last label is taken away has none of them; one that was never labelled stays so.
        """
        self.forget_labels()
        add = " ".join(add.replace(LABEL_SEPARATOR, BAR_INSTEAD).split())
        add = "" if add == NO_LABEL else add
        changes: list[tuple[int, int | None]] = []
        for document, stored in self._stored_labels(documents):
            before = set(split_labels(stored))
            after = (before | {add} if add else before) - ({remove} if remove else set())
            if after != before:
                changes.append((document, self.label_id(join_labels(after))))
        if changes:
            edit = self._edits.record("label", label=add or remove, count=len(changes))
            self._edits.change_each(edit, "label", changes)
        return len(changes)

    def shared_labels(self, documents: Sequence[int]) -> dict[str, int]:
        """Of several labels: how many of these documents have each of them."""
        found = Counter[str]()
        for _, stored in self._stored_labels(documents):
            found.update(split_labels(stored))
        return dict(found)

    def _stored_labels(self, documents: Sequence[int]) -> Iterator[tuple[int, str]]:
        for at in range(0, len(documents), _AT_ONCE):
            ids = tuple(documents[at : at + _AT_ONCE])
            rows = self._db.execute(
                "SELECT documents.id, coalesce(labels.name, '') FROM documents LEFT JOIN labels"
                f" ON labels.id = label_id WHERE documents.id IN ({','.join('?' * len(ids))})",
                ids,
            ).fetchall()
            yield from ((row[0], row[1]) for row in rows)

    def set_entity(self, document: int, start: int, end: int, label: str) -> None:
        """Tag these code points, give an entity that stands exactly there another type, or '' remove it.

        A text that was not tagged is so from then on. Raises DOCUMENT_MISSING, ENTITIES_OVERLAP,
        ``ValueError`` for a span outside the text.
        """
        row = self._db.execute("SELECT text, tags FROM documents WHERE id = ?", (document,)).fetchone()
        if row is None:
            raise KnownError(ErrorKind.DOCUMENT_MISSING, document=document)
        text, entities = row["text"], unpack_entities(row["tags"] or "[]")
        kept = [each for each in entities if (each.start, each.end) != (start, end)]
        clash = next((each for each in kept if each.start < end and start < each.end), None)
        if clash is not None and label:
            other = text[clash.start : clash.end]
            raise KnownError(
                ErrorKind.ENTITIES_OVERLAP, words=text[start:end], other=other, label=clash.label
            )
        after = [*kept, Entity(start, end, label)] if label else kept
        after.sort(key=lambda each: each.start)
        if after != entities:
            self.set_tags(document, after)

    def set_tags(self, document: int, entities: Iterable[Entity] | None) -> None:
        """Tag a document's words; None takes its tags away. Its words are cut where an entity cuts one.

        Raises DOCUMENT_MISSING, ``ValueError`` for entities that overlap or lie outside the text.
        """
        row = self._db.execute("SELECT text, words FROM documents WHERE id = ?", (document,)).fetchone()
        if row is None:
            raise KnownError(ErrorKind.DOCUMENT_MISSING, document=document)
        found = None if entities is None else sorted(entities, key=lambda each: each.start)
        edit = self._edits.record("tags", document=document, count=len(found or ()))
        if found is not None:
            ends = [0, *(each.end for each in found)]
            if any(e.start >= e.end or e.start < end for e, end in zip(found, ends, strict=False)):
                raise ValueError("the entities overlap or are empty")
            if ends[-1] > len(row["text"]):
                raise ValueError("an entity lies outside the text")
            words = unpack_words(row["words"]) if row["words"] else words_of(row["text"])
            self._edits.change(edit, "words", [document], pack_words(words_within(words, found)))
        self._edits.change(edit, "tags", [document], None if found is None else pack_entities(found))

    def rename_label(self, old: str, new: str) -> None:
        """Rename a label or type; where the new name exists the two are merged. An edit."""
        self.forget_labels()
        task = self.task()
        if task == "tagging":
            self._rename_type(old, new)
            return
        several = task == "multi"
        if several:
            new = new.replace(LABEL_SEPARATOR, BAR_INSTEAD)
        condition, argument = (_IN_SET, _within(old)) if several else ("name = ?", old)
        rows = self._db.execute(f"SELECT id, name FROM labels WHERE {condition}", (argument,)).fetchall()
        if not rows or (several and LABEL_SEPARATOR in old):
            raise KnownError(ErrorKind.LABEL_UNKNOWN, label=old, valid=", ".join(self.labels()))
        edit = self._edits.record("rename-label", old=old, new=new)
        for row in rows:
            renamed = join_labels(new if part == old else part for part in split_labels(row["name"]))
            after = self.label_id(renamed if several else new)
            self._edits.change_where(edit, "label", "label_id = ?", (row["id"],), after)

    def _rename_type(self, old: str, new: str) -> None:
        rows = self._db.execute(
            "SELECT id, tags FROM documents WHERE instr(tags, ?) > 0", (mark_of(old),)
        ).fetchall()
        if not rows:
            raise KnownError(ErrorKind.LABEL_UNKNOWN, label=old, valid=", ".join(self.labels()))
        edit = self._edits.record("rename-label", old=old, new=new)
        changes = []
        for row in rows:
            entities = unpack_entities(row["tags"])
            renamed = [Entity(e.start, e.end, new) if e.label == old else e for e in entities]
            changes.append((row["id"], pack_entities(renamed)))
        self._edits.change_each(edit, "tags", changes)

    def forget_labels(self) -> None:
        """Drop the cache of ids: after an undo or a rolled back transaction it may lie."""
        self._label_ids.clear()


def _within(label: str) -> str:
    return f"{LABEL_SEPARATOR}{label}{LABEL_SEPARATOR}"
