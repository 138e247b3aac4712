"""Write ``copilot/migrations/versions/0001_initial.py`` from the tables as declared.

Until the first release there is one migration, made anew when a table changes:
``python tools/make_initial_migration.py``. After a release, add numbered migrations instead.
"""

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
    for old in versions.glob("0001_*.py"):
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
    path.write_text(text)
    print(f"wrote {path.name}")


if __name__ == "__main__":
    main()
