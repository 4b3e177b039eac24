"""The demonstration: run the scenario and the sample campaign, check what is promised, say what came of it."""

from __future__ import annotations

import json
from pathlib import Path

from rich.console import Console

from shared.client import Client
from shared.demo.campaign.promises import broken_campaign_promises
from shared.demo.campaign.report import campaign_report, said
from shared.demo.campaign.run import run_campaign
from shared.demo.campaign.sheets import draw_sheets
from shared.demo.contact_sheet import draw
from shared.demo.phases import Phases
from shared.demo.promises import broken_promises
from shared.demo.report import report, table
from shared.demo.run import run_scenario


def demonstrate(client: Client, out: Path, phases: Phases, console: Console) -> bool:
    """Run the scenario and the campaign; write sheets, report.json and the files. Whether all was as promised."""
    before = phases.total
    outcome = run_scenario(client, out / "files", phases, console.print)
    sheet, document = out / "contact-sheet.png", out / "report.json"
    with phases.phase("contact sheet"):
        draw(outcome, phases.total - before, sheet)
    campaign = run_campaign(client, out, phases, console.print)
    with phases.phase("campaign sheets"):
        sheets = draw_sheets(campaign, out)
    broken = [*broken_promises(outcome), *broken_campaign_promises(campaign)]
    content = {**report(outcome, phases, client.url, broken), "campaign": campaign_report(campaign)}
    document.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    console.print()
    console.print(table(outcome))
    console.print()
    console.print(said(campaign))
    for promise in broken:
        console.print(f"Not as promised: {promise}", style="red")
    console.print(f"{phases.total:.1f} s in all. {'Something is not as promised.' if broken else 'All as promised.'}")
    for path in (sheet, *sheets, campaign.zip_path, document, out / "files"):
        console.print(f"  {path}")
    return not broken
