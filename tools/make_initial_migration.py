"""Write the initial migration, in two files, from the tables as declared.

Until the first release it is made anew when a table changes:
``python tools/make_initial_migration.py``. After a release, add numbered migrations instead.
"""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

import copilot.migrations

FOLDER = Path(copilot.migrations.__file__).parent


def main() -> None:
    """Replace the initial migration."""
    versions = FOLDER / "versions"
    for old in versions.glob("000[12]_*.py"):
        old.unlink()
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    with TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/empty.db")
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.revision(config, "initial", autogenerate=True, rev_id="0001")
    path = next(versions.glob("0001_*.py"))
    text = path.read_text().replace(
        "copilot.kernel.db.UtcDateTime(timezone=True)", "sa.DateTime(timezone=True)"
    )
    first, second = split(text)
    path.write_text(first)
    path.with_name("0002_initial_rest.py").write_text(second)
    print("wrote 0001_initial.py and 0002_initial_rest.py")


def split(text: str) -> tuple[str, str]:
    """Two migrations that do together what ``text`` does: no file of ours is over 400 lines."""
    head, rest = text.split("def upgrade() -> None:\n")
    up, down = rest.split("\n\ndef downgrade() -> None:\n")
    starts = [found.start() for found in re.finditer(r"^    op\.create_table\(", up, re.M)]
    at = next(start for start in starts if start >= len(up) / 2)
    table = re.match(r"\s*op\.create_table\(\s*['\"](\w+)['\"]", up[at:])
    if table is None:
        raise ValueError("the migration is not written as expected")
    last = re.search(rf"^    op\.drop_table\(['\"]{table[1]}['\"]\)\n", down, re.M)
    if last is None:
        raise ValueError("the migration is not undone as expected")
    second_head = head.replace("initial", "initial, the rest").replace(
        "revision = '0001'\ndown_revision = None", "revision = '0002'\ndown_revision = '0001'"
    )
    if second_head.count("'0002'") != 1:
        raise ValueError("the migration has no revision as expected")
    return (
        _module(head, up[:at], down[last.end() :]),
        _module(second_head, up[at:], down[: last.end()]),
    )


def _module(head: str, up: str, down: str) -> str:
    body = f"{up.rstrip()}\n\n\ndef downgrade() -> None:\n{down.rstrip()}\n"
    return f"{head}def upgrade() -> None:\n{body}"


if __name__ == "__main__":
    main()
