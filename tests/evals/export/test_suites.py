"""What is exported can be run: the suites load, and their cases are what was written."""

from pathlib import Path

from copilot.calls import store as calls
from copilot.evals.export.flow import export_cases
from copilot.evals.metrics.catalog import metric
from copilot.evals.suite_file import load_suite
from copilot.evals.tasks.catalog import task
from copilot.kernel.blobs_obstore import ObstoreBlobs
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId
from tests.calls.heard import heard_call
from tests.evals.export import desk
from tests.speech.sounds import wav


async def test_every_suite_loads_with_its_cases(
    db: Database, tenant: TenantId, blobs: ObstoreBlobs, tmp_path: Path
) -> None:
    page = await desk.article(db, tenant, "Returns", "You have 30 days.")
    for n in range(12):
        about = await desk.conversation(db, tenant, f"c{n}", f"May I return number {n}?")
        made = await desk.draft(db, tenant, about, f"Yes, number {n}.", cites=[page])
        await desk.review(db, tenant, made, "rejected" if n % 3 == 0 else "accepted")
        await blobs.put(f"call-{n}", wav(3))
        call_id = await heard_call(db, tenant, ("customer", f"hello {n}"), blob=f"call-{n}")
        async with db.write() as session:
            await calls.correct(session, tenant, call_id, 1, f"Hello, {n}.")
    out = tmp_path / "export"
    coverage = await export_cases(db, blobs, tenant, out, audio=True)
    suites = [load_suite(one, check_metric=metric) for one in sorted(out.glob("*.yaml"))]
    assert {one.name for one in suites} == {
        f"reviews-{name}-{split}"
        for name in ("draft", "transcription")
        for split in ("train", "held_back")
    }
    loaded = {one.name: task(one.task).load(one) for one in suites}
    found = {
        name: sum(len(one.cases) for suite, one in loaded.items() if name in suite)
        for name in ("draft", "transcription")
    }
    assert found == coverage.cases == {"draft": 12, "transcription": 12}
    assert not [one.left_out for one in loaded.values() if one.left_out]
    drafts = [one for name, suite in loaded.items() if "draft" in name for one in suite.cases]
    assert {one.labels["channel"] for one in drafts} == {"email"}
    assert sum(one.expected["reference"] is None for one in drafts) == 4
    assert all(one.input["articles"][0]["title"] == "Returns" for one in drafts)
