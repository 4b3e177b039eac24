"""A campaign of one creative, made to its end on a stack, with a copy of it asked for."""

from __future__ import annotations

import httpx

from tests.faults.scene import Scene

_LAYOUT = {
    "version": 1,
    "title": "Words",
    "fields": [{"name": "headline", "kind": "text", "max_characters": 40}],
    "layers": [
        {"name": "ground", "kind": "shape", "fill": "#12355b"},
        {
            "name": "headline",
            "kind": "text",
            "field": "headline",
            "color": "#ffffff",
            "size": {"max": "9vmin", "min": "4vmin"},
        },
    ],
}
TARGET = {"bucket": "elsewhere", "access_key_id": "AKIA", "secret_access_key": "unused"}


def make_campaign(scene: Scene, owner: httpx.Client) -> dict[str, str]:
    """Ids of the campaign, its creative and its copy, by the names that routes give them."""
    template = scene.name.replace("_", "-")
    owner.put(f"/api/v1/templates/{template}", json={"layout": _LAYOUT}).raise_for_status()
    asked = {
        "name": scene.name,
        "rows": [{"id": "lamp", "headline": f"Light of {scene.name}"}],
        "templates": [template],
        "sizes": ["256x256"],
        "locales": ["en"],
        "launch": True,
    }
    campaign = owner.post("/api/v1/campaigns", json=asked).raise_for_status().json()["id"]
    address = f"/api/v1/campaigns/{campaign}"
    scene.until_injected(lambda: owner.get(address).json()["state"] == "completed", "a campaign to its end", 60)
    [creative] = owner.get(f"{address}/creatives").json()["items"]
    copy = owner.post(f"{address}/exports", json=TARGET).raise_for_status().json()
    return {"batch_id": campaign, "item_id": creative["id"], "export_id": copy["id"]}
