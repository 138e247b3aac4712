"""What keeps tenants apart, held by the shape of the code: tables, stores and the index."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from types import UnionType
from typing import Any, get_args

import pytest

import copilot
import copilot.migrations.tables
from copilot.kernel.db import Base, ReadConnection, ReadSession, WriteConnection, WriteSession
from copilot.kernel.ids import TenantId
from copilot.search.edge import EdgeIndex
from copilot.search.index import Index
from copilot.search.qdrant_server import QdrantIndex

TABLES_OF_NO_TENANT = {
    "tenants": "the tenant itself",
    "sign_in_attempts": "about people nobody knows yet, by a hash of what they typed",
    "executors": "processes, which work for all tenants",
}
# Functions that work on rows and are not told the tenant, and why.
NOT_TOLD = {
    "copilot.auth.answer_store.purge": "removes what has expired, whoever it belonged to",
    "copilot.auth.attempts.count": "sign-in attempts have no tenant yet",
    "copilot.auth.attempts.forget": "sign-in attempts have no tenant yet",
    "copilot.auth.attempts.purge": "sign-in attempts have no tenant yet",
    "copilot.auth.attempts.take_back": "sign-in attempts have no tenant yet",
    "copilot.auth.expiry.drop_until": "removes what has expired, whoever it belonged to",
    "copilot.auth.people_store.account": "signing in: the account says the tenant",
    "copilot.auth.people_store.account_by_email": "signing in: the account says the tenant",
    "copilot.auth.people_store.drop_session": "the hash of the session's secret is the proof",
    "copilot.auth.people_store.open_session": "the hash of the session's secret is the proof",
    "copilot.auth.people_store.use_link": "the hash of the link's secret is the proof",
    "copilot.auth.panel_store.session_of": "the hash of the token is the proof; its session tells",
    "copilot.auth.panel_store.take_up": "the panel's secret is the proof; its grant tells",
    "copilot.auth.store.add_tenant": "makes the tenant, which it takes as a whole",
    "copilot.auth.store.all_tenants": "for the operator's command line",
    "copilot.auth.store.find_tenant": "for the operator's command line",
    "copilot.auth.store.key_principal": "the hash of the key is the proof; it says the tenant",
    "copilot.calls.retention.rules": "upkeep walks the rules of all tenants, which name theirs",
    "copilot.jobs.executors.beat": "processes have no tenant",
    "copilot.jobs.executors.bury": "processes have no tenant",
    "copilot.jobs.executors.leave": "processes have no tenant",
    "copilot.jobs.executors.living": "processes have no tenant",
    "copilot.jobs.unfinished.unfinished": "upkeep walks the jobs of all tenants",
    "copilot.kernel.upsert.insert_if_new": "technique: the values carry the tenant",
    "copilot.ledger.store.owners_of_texts": "upkeep walks the texts of all tenants, to name theirs",
    "copilot.search.outbox.claim": "one worker serves all tenants; claims carry theirs",
    "copilot.search.outbox.clear": "claims carry their tenant",
    "copilot.search.outbox.give_back": "claims carry their tenant",
    "copilot.search.outbox.release": "claims carry their tenant",
    "copilot.search.outbox.renew": "a worker's own claims",
    "copilot.search.outbox.standing": "claims carry their tenant",
    "copilot.search.outbox.to_the_end": "claims carry their tenant",
    "copilot.search.outbox.urgent_of": "a worker's own claims",
    "copilot.search.outbox.waiting": "says only whether there is work",
    "copilot.search.outbox.waiting_of": "for the operator's command line, which names the tenants",
    "copilot.summaries.notices.forget_old": "removes what is over, whoever it belonged to",
    "copilot.summaries.notices.take": "one process serves all; what is taken names its own",
    "copilot.summaries.refreshes.alone": "one process looks at a time, whoever it works for",
    "copilot.summaries.refreshes.forget_jobs": "removes what is over, whoever it belonged to",
    "copilot.summaries.refreshes.mark_lost": "finds what lost its job, and marks it as its own",
    "copilot.summaries.refreshes.take": "one process serves all; what is taken names its own",
}
SESSIONS = (ReadSession, WriteSession, ReadConnection, WriteConnection)


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of a module outside HTTP, with its full name."""
    for module in pkgutil.walk_packages(copilot.__path__, "copilot."):
        parts = module.name.split(".")
        if parts[-1] in {"__main__", "http"} or "migrations" in parts:
            continue
        for name, found in vars(importlib.import_module(module.name)).items():
            ours = inspect.isfunction(found) and found.__module__ == module.name
            if ours and not name.startswith("_"):
                yield f"{module.name}.{name}", found


FUNCTIONS = dict(functions())


def takes_a_session(function: Callable[..., Any]) -> bool:
    parameters = inspect.signature(function).parameters.values()
    asked = [one.annotation for one in parameters]
    asked += [one for union in asked if isinstance(union, UnionType) for one in get_args(union)]
    return any(one in SESSIONS for one in asked)


def test_every_table_belongs_to_a_tenant() -> None:
    without = {
        table.name for table in Base.metadata.tables.values() if "tenant_id" not in table.columns
    }
    assert without == set(TABLES_OF_NO_TENANT)
    for table in Base.metadata.tables.values():
        if "tenant_id" in table.columns:
            assert not table.columns["tenant_id"].nullable, table.name


def test_every_function_on_rows_is_told_the_tenant() -> None:
    on_rows = {name: one for name, one in FUNCTIONS.items() if takes_a_session(one)}
    assert len(on_rows) > 60
    without = {
        name
        for name, one in on_rows.items()
        if not any(
            parameter.annotation is TenantId and parameter.default is inspect.Parameter.empty
            for parameter in inspect.signature(one).parameters.values()
        )
    }
    assert without == set(NOT_TOLD)


def test_stores_take_a_session() -> None:
    """A store's function that touched rows without a session would escape the test above."""
    for name, one in FUNCTIONS.items():
        if name.rpartition(".")[0].endswith("store") and inspect.iscoroutinefunction(one):
            assert takes_a_session(one), name


@pytest.mark.parametrize("index", [Index, EdgeIndex, QdrantIndex])
def test_every_method_of_an_index_takes_a_tenant(index: type) -> None:
    # Opening it is for all tenants, and ``count`` is for the readiness page.
    methods = {
        name: one
        for name, one in inspect.getmembers(index, inspect.isfunction)
        if not name.startswith("_") and name not in {"open", "on", "count", "filled"}
    }
    assert {"upsert", "search", "delete", "ids"} <= set(methods)
    for name, method in methods.items():
        first = list(inspect.signature(method).parameters.values())[1]
        assert first.name == "tenant", name
        assert first.annotation is TenantId, name
        assert first.default is inspect.Parameter.empty, name


def test_searching_requires_visibility() -> None:
    from copilot.knowledge.searching import Searcher
    from copilot.search.index import Filter

    for one in (Searcher.search, Searcher.find):
        parameters = inspect.signature(one).parameters
        assert parameters["tenant"].annotation is TenantId
        assert parameters["visibility"].default is inspect.Parameter.empty
    assert "visibility" not in Filter._field_defaults
