"""``copilot eval``: offline evaluation for QA."""

import typer

from copilot.cli import eval_export, eval_report, eval_run

app = typer.Typer(
    help="Offline evaluation: run suites, compare runs, hold gates.", no_args_is_help=True
)
app.command("list")(eval_report.list_suites)
app.command("run")(eval_run.run)
app.command("compare")(eval_report.compare)
app.command("report")(eval_report.report)
app.command("export")(eval_export.export)
