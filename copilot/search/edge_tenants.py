"""A folder of shards, one per tenant: what the index process keeps open."""

import logging
import time
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b
from pathlib import Path

from copilot.kernel.ids import TenantId
from copilot.search.edge_shard import EdgeShard, PlainPoint
from copilot.search.folders import FolderInUseError, copy_sparsely, files_of, remove
from copilot.search.index import Fields, Filter, Hit
from copilot.search.sparse import SparseVector

_log = logging.getLogger(__name__)
MOST_OPEN = 256
"""Shards open at once; the one that was not used for longest is closed for another."""
_LONG_LOG = 10_000
_SETTLED_S = 5.0
SHARDS, LISTS = "tenants", "files"
"""Where a collection has its shards, and the list of the files that each must have."""
_TEMPLATE, _COMPLETE = "template", "complete"


class _Unflushed:
    """What a shard's log holds: so many changes, the last one just now."""

    def __init__(self, changes: int) -> None:
        self.changes = changes
        self.changed_at = time.monotonic()


class EdgeTenants:
    """The shards of one collection. Shards are made when first written to.

    Args:
        folder: Where the collection is, made when it is not there.
        dimension: Length of its dense vectors; None for a collection that is only read and
            deleted from.
        most_open: Shards open at once.
    """

    def __init__(self, folder: Path, dimension: int | None, *, most_open: int = MOST_OPEN) -> None:
        self.folder = folder
        self._dimension = dimension
        self._most_open = most_open
        self._open: OrderedDict[str, EdgeShard] = OrderedDict()
        self._dirty: dict[str, _Unflushed] = {}
        self._counts: dict[str, int] = {}
        if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
            folder.unlink()
        if not (folder / SHARDS).is_dir():
            remove(folder)
            (folder / SHARDS).mkdir(parents=True, mode=0o700)
        if not (folder / LISTS).is_dir():
            remove(folder / LISTS)
            (folder / LISTS).mkdir(mode=0o700)
        there = set(self.names())
        for gone in [one for one in (folder / LISTS).iterdir() if one.name not in there]:
            self._broken(gone.name, "it is not there")
        self._to_load = sorted(there, key=lambda name: (folder / SHARDS / name).stat().st_mtime)

    @property
    def complete(self) -> bool:
        """Whether everything was once in it and nothing was found broken since."""
        return self.is_complete(self.folder)

    @staticmethod
    def is_complete(folder: Path) -> bool:
        """The same of a collection that is not open."""
        return (folder / _COMPLETE).is_file()

    @staticmethod
    def completed_at(folder: Path) -> float:
        """When a complete collection was told so last."""
        return (folder / _COMPLETE).stat().st_mtime

    def completed(self) -> None:
        """Everything is in it now."""
        (self.folder / _COMPLETE).touch()

    def upsert(self, tenant: TenantId, points: Sequence[PlainPoint]) -> None:
        """Add or replace a few points."""
        name = shard_name(tenant)
        shard = self._shard(name) or self._make(name)
        self._changed(name, len(points))
        shard.upsert(points)

    def set_fields(self, tenant: TenantId, fields: Fields) -> None:
        """Replace the fields of every point of one source."""
        if shard := self._written(tenant):
            shard.set_fields(fields)

    def delete(self, tenant: TenantId, ids: Sequence[str]) -> None:
        """Remove points."""
        if shard := self._written(tenant):
            shard.delete(ids)

    def delete_source(self, tenant: TenantId, source_id: str) -> None:
        """Remove every point of one source."""
        if shard := self._written(tenant):
            shard.delete_source(source_id)

    def delete_tenant(self, tenant: TenantId) -> None:
        """Remove the tenant's shard."""
        name = shard_name(tenant)
        self._dirty.pop(name, None)
        self._counts.pop(name, None)
        if shard := self._open.pop(name, None):
            shard.close()
        remove(self._list(name))
        remove(self._path(name))

    def search(
        self,
        tenant: TenantId,
        dense: list[float] | None,
        sparse: SparseVector,
        names: SparseVector,
        where: Filter,
        limit: int,
    ) -> list[Hit]:
        """The best points by each vector, with all their scores."""
        shard = self._shard(shard_name(tenant))
        return shard.search(dense, sparse, names, where, limit) if shard else []

    def held(self, tenant: TenantId, ids: Sequence[str]) -> list[str]:
        """Which of a few ids are points of the tenant."""
        shard = self._shard(shard_name(tenant))
        return shard.held(ids) if shard else []

    def ids(self, tenant: TenantId, after: str | None) -> tuple[list[str], str | None]:
        """A page of the tenant's point ids and where the next one starts."""
        shard = self._shard(shard_name(tenant))
        return shard.ids(after) if shard else ([], None)

    def contents(self, tenant: TenantId, after: str | None) -> tuple[dict[str, Fields], str | None]:
        """The same with the fields of each point."""
        shard = self._shard(shard_name(tenant))
        return shard.contents(after) if shard else ({}, None)

    def names(self) -> list[str]:
        """The shards there are."""
        found = (self.folder / SHARDS).iterdir()
        return [one.name for one in found if not one.name.startswith(".")]

    def count(self, name: str) -> int:
        """Exact number of points of one shard, loaded for it only when it may have changed."""
        if name not in self._open and name in self._counts:
            return self._counts[name]
        shard = self._shard(name)
        if shard is None:
            return 0
        self._counts[name] = shard.count()
        return self._counts[name]

    def preload(self) -> bool:
        """Load one more shard, before somebody waits for it; False when all are loaded."""
        if not self._to_load or len(self._open) >= self._most_open:
            return False
        self._shard(self._to_load.pop())
        return True

    def flush(self, *, busy: bool) -> bool:
        """Flush one shard that can do with it: the log of its changes grows until then.

        Args:
            busy: Whether others wait: then only a shard with a long log is flushed.

        Returns:
            Whether there was one.
        """
        now = time.monotonic()
        for name, state in self._dirty.items():
            if state.changes >= _LONG_LOG or (not busy and now - state.changed_at >= _SETTLED_S):
                self._flush(name, self._open[name])
                return True
        return False

    def forget(self) -> None:
        """Let go of the shard used last: its engine panicked. The next call loads it again."""
        if self._open:
            name, _ = self._open.popitem()
            self._dirty.pop(name, None)

    def close(self) -> None:
        """Flush what was changed and let go of everything."""
        while self._open:
            self._close_oldest()

    def _path(self, name: str) -> Path:
        return self.folder / SHARDS / name

    def _written(self, tenant: TenantId) -> EdgeShard | None:
        name = shard_name(tenant)
        shard = self._shard(name)
        if shard:
            self._changed(name, 1)
        return shard

    def _changed(self, name: str, changes: int) -> None:
        self._counts.pop(name, None)
        before = self._dirty.get(name)
        self._dirty[name] = _Unflushed((before.changes if before else 0) + changes)

    def _shard(self, name: str) -> EdgeShard | None:
        if name in self._open:
            self._open.move_to_end(name)
            return self._open[name]
        folder = self._path(name)
        if not folder.exists():
            return None
        listed = self._list(name)
        try:
            # The engine takes a file that is gone for one that never was.
            if listed.exists() and not files_of(folder) >= set(listed.read_text().splitlines()):
                raise FileNotFoundError("files are missing")  # noqa: TRY301
            shard = EdgeShard.load(folder, self._dimension)
        except FolderInUseError:
            raise  # whole, and somebody's: to be tried again, never made anew
        # The engine panics over a file that was cut short, and a panic is no Exception.
        except BaseException as error:  # noqa: BLE001
            self._broken(name, error)
            return None
        return self._keep(name, shard)

    def _make(self, name: str) -> EdgeShard:
        if self._dimension is None:
            raise ValueError("an index that is being replaced takes no new points")
        # Copied from an empty one: making each with its field indexes took half a second.
        new = self._path(f".new-{name}")
        remove(new)
        try:
            copy_sparsely(self._template(self._dimension), new)
            new.rename(self._path(name))
            shard = EdgeShard.load(self._path(name), self._dimension)
        except BaseException as error:  # noqa: BLE001 - the template can be broken, too
            _log.warning("the template of the search index is made anew: %s", error)
            remove(self.folder / _TEMPLATE)
            remove(self._path(name))
            shard = EdgeShard.create(self._path(name), self._dimension)
        return self._keep(name, shard)

    def _template(self, dimension: int) -> Path:
        template = self.folder / _TEMPLATE
        if not template.is_dir():
            new = self.folder / f".new-{_TEMPLATE}"
            remove(new)
            shard = EdgeShard.create(new, dimension)
            shard.flush()
            shard.close()
            remove(template)
            new.rename(template)
        return template

    def _keep(self, name: str, shard: EdgeShard) -> EdgeShard:
        while len(self._open) >= self._most_open:
            self._close_oldest()
        self._open[name] = shard
        return shard

    def _close_oldest(self) -> None:
        name, shard = self._open.popitem(last=False)
        if name in self._dirty:
            self._flush(name, shard)
        shard.close()

    def _flush(self, name: str, shard: EdgeShard) -> None:
        del self._dirty[name]
        shard.flush()
        self._list(name).write_text("\n".join(files_of(self._path(name))))

    def _list(self, name: str) -> Path:
        return self.folder / LISTS / name

    def _broken(self, name: str, why: object) -> None:
        _log.warning("a tenant's part of the search index is made anew: %s", why)
        (self.folder / _COMPLETE).unlink(missing_ok=True)
        self._counts.pop(name, None)
        remove(self._list(name))
        remove(self._path(name))


def shard_name(tenant: TenantId) -> str:
    """The folder of a tenant's shard."""
    # A tenant's id may hold signs that no folder's name may, and is nobody's business.
    return blake2b(tenant.encode(), digest_size=16).hexdigest()
