"""Examples of templates, brand kits and campaigns that the OpenAPI document shows."""

from __future__ import annotations

from typing import Any

from web.api.batch_examples import CAMPAIGN
from web.api.examples import JOB_SUMMARY

_UPLOAD_ID = "019a1f09-4c02-7f31-9a55-0d4bfb3c7e10"

LAYOUT: dict[str, Any] = {
    "version": 1,
    "title": "Spring",
    "palette": {"primary": "#0b3d2e", "on-primary": "#ffffff"},
    "fields": [{"name": "headline", "kind": "text", "max_characters": 60, "example": "Tea, slowly"}],
    "canvas": {"background": "brand.primary"},
    "layers": [
        {
            "name": "headline",
            "kind": "text",
            "field": "headline",
            "box": {"anchor": "center", "width": 0.84, "height": 0.6},
            "color": "brand.on-primary",
            "size": {"min": "4vmin", "max": "14vmin"},
        }
    ],
}
_FIELD = {"required": True, "help": "", **LAYOUT["fields"][0]}
TEMPLATE_SUMMARY: dict[str, Any] = {
    "name": "spring",
    "title": "Spring",
    "description": "",
    "is_starter": False,
    "version": 1,
    "fields": [_FIELD],
    "created_at": "2026-11-23T19:06:41.218Z",
    "updated_at": "2026-11-23T19:06:41.218Z",
}
TEMPLATE: dict[str, Any] = {**TEMPLATE_SUMMARY, "layout": LAYOUT}

KIT: dict[str, Any] = {
    "title": "Zorvi",
    "colors": {"primary": "#0b3d2e", "accent": "#f2b705"},
    "fonts": {"heading": {"family": "League Spartan", "weight": 700}},
    "logos": {"light": {"upload": _UPLOAD_ID, "clear_space": 0.1}},
    "tone": "warm and unhurried",
    "banned_words": ["cheap"],
}
BRAND_KIT: dict[str, Any] = {
    "name": "zorvi",
    "title": "Zorvi",
    "version": 1,
    "kit": KIT,
    "created_at": "2026-11-23T19:06:41.218Z",
    "updated_at": "2026-11-23T19:06:41.218Z",
}

CAMPAIGN_REQUESTS: dict[str, Any] = {
    "table": {
        "summary": "An uploaded table, pictures drawn by a model",
        "value": {
            "name": "Autumn",
            "table": {"upload": _UPLOAD_ID},
            "templates": ["starter/hero"],
            "sizes": ["1080x1080", "story", "leaderboard"],
            "locales": ["en", "de", "ar", "ja"],
            "brand_kit": "zorvi",
            "columns": {"headline": "Title"},
            "images": {"backdrop": {"model": "starter/backdrops", "prompt": "{scene}, soft morning light"}},
        },
    },
    "rows": {
        "summary": "Rows in the request, launched as soon as they are planned",
        "value": {
            "name": "Two teas",
            "rows": [
                {"custom_id": "tea-1", "headline": "Assam, slowly"},
                {"custom_id": "tea-2", "headline": "Sencha, now"},
            ],
            "templates": ["spring"],
            "sizes": ["1080x1080"],
            "launch": True,
        },
    },
}
PREVIEW_REQUEST: dict[str, Any] = {
    "templates": ["starter/hero"],
    "sizes": ["1080x1080", "story"],
    "locales": ["en", "ar"],
    "rows": [{"headline": "Assam, slowly", "headline_ar": "شاي على مهل"}],
}
PREVIEW: dict[str, Any] = {
    "items": [
        {
            "template": "starter/hero",
            "size": "1080x1080",
            "locale": "en",
            "row": 1,
            "job": {**JOB_SUMMARY, "model": "bottega/composite"},
        }
    ]
}
REVIEW_REQUESTS: dict[str, Any] = {
    "ids": {
        "summary": "Some creatives, rejected",
        "value": {
            "review": "rejected",
            "reason": "The cup is cut off.",
            "items": ["019a1f0b-2b70-7e4a-8d22-97b1d4f3a0c5"],
        },
    },
    "filter": {
        "summary": "Whatever has been made in Arabic, approved",
        "value": {"review": "approved", "filter": {"locale": "ar", "state": "succeeded", "review": "pending"}},
    },
}
REGENERATION: dict[str, Any] = {
    "items": ["019a1f0b-2b70-7e4a-8d22-97b1d4f3a0c5"],
    "cells": {"headline": "Assam"},
}
CAMPAIGN_REPLY = CAMPAIGN
