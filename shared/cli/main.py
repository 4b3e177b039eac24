"""The ``bottega`` command and its subcommands."""

from __future__ import annotations

import typer

from shared.cli import (
    batches,
    bootstrap,
    brand_kits,
    campaigns,
    chains,
    demo,
    jobs,
    keys,
    limits,
    logs,
    model_allowances,
    model_catalog,
    model_check,
    model_pull,
    models,
    pauses,
    sign_in,
    status,
    submit,
    templates,
    up,
    uploads,
    webhook_deliveries,
    webhook_endpoints,
    workers,
    workspace_list,
    workspaces,
)
from shared.cli.exit_codes import EXPLANATION
from shared.cli.reporting_group import ReportingGroup

app = typer.Typer(
    name="bottega",
    help="Generate creative content on your own machines: start the platform, submit jobs, get results.",
    epilog=EXPLANATION,
    cls=ReportingGroup,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_WORK, _STACK, _OPERATE = "Jobs", "The stack on this machine", "Operate an installation"

app.command("submit", rich_help_panel=_WORK)(submit.submit)
app.add_typer(jobs.app, name="jobs", rich_help_panel=_WORK)
app.add_typer(chains.app, name="chains", rich_help_panel=_WORK)
app.add_typer(batches.app, name="batches", rich_help_panel=_WORK)
app.add_typer(campaigns.app, name="campaigns", rich_help_panel=_WORK)
app.add_typer(templates.app, name="templates", rich_help_panel=_WORK)
app.add_typer(brand_kits.app, name="brand-kits", rich_help_panel=_WORK)
app.add_typer(models.app, name="models", rich_help_panel=_WORK)
app.add_typer(uploads.app, name="uploads", rich_help_panel=_WORK)
webhooks = typer.Typer(help="Addresses that are told of events, and what was sent to them.", no_args_is_help=True)
webhooks.add_typer(webhook_endpoints.app, name="endpoints")
webhooks.add_typer(webhook_deliveries.app, name="deliveries")
app.add_typer(webhooks, name="webhooks", rich_help_panel=_WORK)
app.command("up", rich_help_panel=_STACK)(up.up)
app.command("status", rich_help_panel=_STACK)(status.status)
app.command("down", rich_help_panel=_STACK)(status.down)
app.command("logs", rich_help_panel=_STACK)(logs.logs)
app.command("sign-in", rich_help_panel=_STACK)(sign_in.sign_in)
app.command("demo", rich_help_panel=_STACK)(demo.demo)
app.command("workers", rich_help_panel=_OPERATE)(workers.workers)
app.command("migrate", rich_help_panel=_OPERATE)(bootstrap.migrate)
app.command("bootstrap", rich_help_panel=_OPERATE)(bootstrap.bootstrap)
app.command("pause", rich_help_panel=_OPERATE)(pauses.pause)
app.command("resume", rich_help_panel=_OPERATE)(pauses.resume)
app.command("pauses", rich_help_panel=_OPERATE)(pauses.pauses)
for command in (
    model_catalog.add,
    model_catalog.enable,
    model_catalog.disable,
    model_catalog.remove,
    model_pull.pull,
    model_check.check,
    model_allowances.allow,
    model_allowances.disallow,
):
    models.app.command()(command)
models.app.command("limit")(limits.limit_model)
workspaces.app.command("limit")(limits.limit_workspace)
workspaces.app.command("list")(workspace_list.list_workspaces)
app.add_typer(workspaces.app, name="workspaces", rich_help_panel=_OPERATE)
app.add_typer(keys.app, name="keys", rich_help_panel=_OPERATE)
