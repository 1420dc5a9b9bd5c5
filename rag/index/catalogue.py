"""Arriving records find their article: merged, revised, deleted, or marked by a notice.

Whatever the order in which records arrive, the articles come out the same: each change looks
up the contributions that it may concern, and what they make together is written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict

from rag.index.codec import content_hash
from rag.index.joining import identified, keys, partition, place, same_kind, unit_of
from rag.index.ledger import FOREVER, Ledger, LiveRow, ids_of
from rag.index.merging import Contribution, Origin, merged, noticed, notices_of
from rag.index.passages import Span, embed_text
from rag.index.progress import IngestReport
from rag.index.store import Store
from rag.types import Article, Deletion

_LISTED = 1000

Cut = Callable[[Article], Sequence[Span]]
"""Splits an article into passages."""


class Catalogue:
    """Writes records into a store for one coming generation.

    ``report`` is what was done so far; the caller resets it where a transaction fails.
    """

    def __init__(self, store: Store, generation: int, cut: Cut) -> None:
        self._counts: Counter[str] = Counter()
        self._retracted: tuple[str, ...] = ()
        self._store = store
        self._ledger = Ledger(store.db)
        self._generation = generation
        self._cut = cut
        self._vectors_done = int(store.meta("vectors_done") or 0)

    @property
    def report(self) -> IngestReport:
        """What was done so far."""
        return IngestReport(newly_retracted=self._retracted).plus(**self._counts)

    @report.setter
    def report(self, report: IngestReport) -> None:
        said = asdict(report)
        self._retracted = said.pop("newly_retracted")
        self._counts = Counter({name: n for name, n in said.items() if isinstance(n, int) and n})

    def known(self, article: Article) -> bool:
        """True where the article is listed just so."""
        live = self._ledger.live(article.id)
        return live is not None and not live.merged and live.hash == content_hash(article)

    def add(self, article: Article, origin: Origin) -> None:
        """Enter a record."""
        new = Contribution(identified(article), origin)
        article = new.article
        if self._ledger.deleted(new):
            self._count("older")
            return
        live = self._ledger.live(article.id)
        if live is not None and not live.merged and live.hash == content_hash(article):
            (old,) = self._ledger.contributions(live)
            if same_kind(old, new):
                self._seen_again(live, old, new)
                return
        own = unit_of(article)  # how it is listed where others bear its id
        marked = self._ledger.live(own) if own != article.id else None
        rows, crowded = self._concerned([article], [live, marked])
        if not rows:  # nearly every record of a first ingest
            self._count("added")
            self._settle((), partition([new], crowded))
            return
        held = [c for row in rows for c in self._ledger.contributions(row)]
        now, rival = place(held, new)
        if new not in now:
            same = rival is not None and content_hash(rival.article) == content_hash(article)
            self._count("unchanged" if same else "older")
            return
        if rival is not None:
            same = content_hash(rival.article) == content_hash(article)
            self._count("unchanged" if same else "revised")
        groups = partition(now, crowded)
        if rival is None:
            joined = next(group for group in groups.values() if new in group)
            self._count("merged" if len(joined) > 1 else "added")
        self._settle(rows, groups)

    def delete(self, deletion: Deletion, origin: Origin) -> None:
        """Enter a deletion: it removes what its source said before, and keeps it out."""
        file = deletion.source.file if deletion.source else ""
        self._ledger.delete(deletion.id, file, origin.format, origin.asof or FOREVER)
        listed = [self._ledger.live(deletion.id), *self._ledger.bearing(deletion.id)]
        # what was kept apart from the deleted article may now be one with another
        rows, crowded = self._concerned([], listed)
        held = [c for row in rows for c in self._ledger.contributions(row)]
        left = [c for c in held if c.article.id != deletion.id or not self._ledger.deleted(c)]
        if len(left) < len(held):
            self._count("deleted")
            self._settle(rows, partition(left, crowded))

    def _seen_again(self, live: LiveRow, old: Contribution, new: Contribution) -> None:
        """The record is listed just so; a later file confirms it."""
        self._count("unchanged")
        if old.precedence < new.precedence:
            self._ledger.keep(live, new.article, [new], apart=False)

    def _concerned(
        self, new: Sequence[Article], listed: Iterable[LiveRow | None]
    ) -> tuple[list[LiveRow], set[str]]:
        """Return the rows whose articles may turn out to be one with these, and crowded keys."""
        found = {row.row: row for row in listed if row is not None}
        waiting = list(new)
        for row in found.values():
            waiting += [c.article for c in self._ledger.contributions(row)]
        asked: set[tuple[str, str]] = set()
        crowded: set[str] = set()
        while waiting:
            article = waiting.pop()
            new_keys = [key for key in keys(article) if (article.id, key) not in asked]
            asked.update((article.id, key) for key in new_keys)
            rows, many = self._ledger.near(new_keys)
            crowded |= many
            for row in rows:
                if row.row not in found and not _apart(row, article):
                    found[row.row] = row
                    waiting += [c.article for c in self._ledger.contributions(row)]
        return [found[row] for row in sorted(found)], crowded

    def _settle(
        self, rows: Sequence[LiveRow], groups: Mapping[str, Sequence[Contribution]]
    ) -> None:
        """Make the articles of the groups take the place of those rows."""
        store, ledger = self._store, self._ledger
        vectors = self._vectors(rows)
        statuses = {row.id: row.status for row in rows}
        gone = {row.id: row for row in rows}
        touched: set[str] = set()
        fresh: list[tuple[Article, Sequence[Contribution]]] = []
        for own, group in groups.items():
            article = self._article(own, group)
            row = gone.get(article.id)
            if row is not None and row.hash == content_hash(article):
                del gone[article.id]
                ledger.drop_keys(row.row, _keys(ledger.contributions(row)))
                ledger.keep(row, article, group, _is_more(article, group))
                ledger.add_keys(row.row, _keys(group))
            else:
                fresh.append((article, group))
        for row in gone.values():
            ledger.drop_keys(row.row, _keys(ledger.contributions(row)))
            ledger.forget(row)
            store.remove(row.row, self._generation)
            touched |= {target for target, _ in ledger.said_by(row.id)}
            ledger.say(row.id, ())
        for article, group in fresh:
            listed = self._insert(article, group, vectors)
            ledger.add_keys(listed, _keys(group))
            said = notices_of(article)
            if said:
                ledger.say(article.id, said)
                touched |= {target for target, _ in said}
            if article.status == "retracted" and statuses.get(article.id) != "retracted":
                self._count("retracted")
                if article.id in statuses:
                    self._note_retracted(article.id)
        for target in sorted(touched):
            self._refresh(target)

    def _refresh(self, target: str) -> None:
        """Write what a notice names anew, where what is said of it has changed."""
        named = {target}
        if target.startswith("doi:"):
            named |= {row.id for row in self._ledger.bearing(target)}
        for article_id in sorted(named):
            live = self._ledger.live(article_id)
            if live is not None:
                group = self._ledger.contributions(live)
                group.sort(key=lambda c: c.precedence, reverse=True)
                self._settle([live], {live.id: group})

    def _article(self, own: str, group: Sequence[Contribution]) -> Article:
        article = merged(own, group)
        return noticed(article, self._ledger.notices_for(ids_of(article)))

    def _vectors(self, rows: Sequence[LiveRow]) -> dict[str, int]:
        """Return text as it was embedded → passage id, of rows that may be replaced."""
        known: dict[str, int] = {}
        for row in rows:
            old = self._store.article(row.row)
            for pid, start, end in self._store.db.execute(
                "SELECT id, start, end FROM passages WHERE row = ? AND id < ?",
                (row.row, self._vectors_done),
            ):
                known[embed_text(old.title, old.text[start:end], start)] = pid
        return known

    def _insert(
        self, article: Article, group: Sequence[Contribution], vectors: dict[str, int]
    ) -> int:
        spans = self._cut(article)
        origin = group[0].origin.pack()
        row, ids = self._store.insert(article, spans, self._generation, origin)
        if _is_more(article, group):
            self._ledger.keep_apart(row, article.id, group)
        self._count("passages", len(ids))
        # a revision that leaves the words alone needs no new vector
        for pid, span in zip(ids, spans, strict=True) if vectors else ():
            text = embed_text(article.title, article.text[span.start : span.end], span.start)
            if text in vectors:
                self._store.db.execute(
                    "UPDATE passages SET same_as = ? WHERE id = ?", (vectors[text], pid)
                )
        return row

    def _note_retracted(self, article_id: str) -> None:
        known = self._retracted
        if len(known) < _LISTED:
            self._retracted = (*known, article_id)

    def _count(self, name: str, amount: int = 1) -> None:
        self._counts[name] += amount


def _apart(row: LiveRow, article: Article) -> bool:
    """True where a row cannot be the article's, whatever else arrives: two PMIDs are two."""
    return (
        not row.merged
        and row.id.startswith("pmid:")
        and article.id.startswith("pmid:")
        and row.id != article.id
    )


def _is_more(article: Article, group: Sequence[Contribution]) -> bool:
    """True where an article is not just what its one source said."""
    return len(group) > 1 or group[0].article != article


def _keys(group: Iterable[Contribution]) -> list[str]:
    return sorted({key for c in group for key in keys(c.article)})
