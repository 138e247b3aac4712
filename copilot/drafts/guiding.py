"""What guides the words of a draft beside its sources: replies that people reviewed."""

from copilot.drafts.material import Material
from copilot.drafts.past_edits import StyleExample, style_examples
from copilot.kernel.db import Database
from copilot.kernel.ids import TenantId


async def examples_for(db: Database, tenant: TenantId, material: Material) -> list[StyleExample]:
    """Reviewed replies to questions like this one, unless the agent wants none."""
    if not material.options.past_edits:
        return []
    question = "\n".join(one.text for one in material.pending)
    alike = [one.conversation_id for one in material.passages if one.conversation_id]
    async with db.read() as session:
        return await style_examples(session, tenant, material.language, question, alike=alike)
