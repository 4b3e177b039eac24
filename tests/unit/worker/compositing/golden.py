"""The golden pictures: what each script looks like. ``python -m tests.unit.worker.compositing.golden`` draws them anew.

Look at every one that changes: nobody else will.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from shared.catalog.inputs.composite import CompositeInput
from tests.unit.worker.compositing.scenes import box, drawn, job, text
from worker.compositing.setting import use_pack

FOLDER = Path(__file__).parents[3] / "data/golden"
_SIZE = (480, 150)


def _headline(written: str, language: str, **fields: Any) -> CompositeInput:
    look = {"size_min": 16, "size_max": 56, "weight": 700, "valign": "middle", **fields}
    return job(text(written, box(16, 10, 448, 130), language=language, **look), size=_SIZE)


SCENES: dict[str, CompositeInput] = {
    "latin": _headline("Bright waffles & “café crème” — 50 % off", "en"),
    "latin-black": _headline("Größte Auswahl in Ålesund", "de", weight=900),
    "latin-serif": _headline("L’été sans façon : 19,99 €", "fr", family="Noto Serif"),
    "latin-display": _headline("A quiet kind of luxury", "en", family="Noto Serif Display"),
    "latin-condensed": _headline("Winterschlussverkauf 2026", "de", family="Noto Sans Condensed"),
    "latin-geometric": _headline("Bold & bright all summer", "en", family="League Spartan"),
    "vietnamese": _headline("Giảm giá đặc biệt cuối tuần", "vi"),
    "small": _headline("Terms apply. Offer ends 31 May 2026, while stocks last.", "en", size_max=15, size_min=15),
    "cyrillic": _headline("Съешь ещё этих мягких булок", "ru", family="Noto Serif"),
    "greek": _headline("Ζεστός καφές κάθε πρωί", "el", weight=400),
    "arabic": _headline("تخفيضات الربيع من Bottega: خصم 30% حتى 15 مايو", "ar"),
    "persian": _headline("پیشنهاد ویژه: ۵۰٪ تخفیف برای گربه‌ها", "fa", weight=400),
    "hebrew": _headline("מבצע אביב: 30% הנחה על Bottega", "he"),
    "devanagari": _headline("ताज़ी कॉफ़ी, हर सुबह। श्रद्धा क्षेत्र ₹499", "hi"),
    "thai": _headline("กาแฟสดใหม่ทุกเช้าที่ปู่ของเราคั่วเองด้วยน้ำใจ", "th"),
    "chinese-simplified": _headline("春季新品全场七折，骨直令今与角", "zh-Hans"),
    "chinese-traditional": _headline("春季新品全場七折，骨直令今與角", "zh-Hant"),
    "japanese": _headline("春の新作コレクション「骨直令今与角」全品30%オフ", "ja"),
    "korean": _headline("봄 신상품 전 품목 할인 행사, 사흘만", "ko"),
    "pictographs": _headline("Party 🎉 time 👩‍🚀❤️ 🇫🇷 3️⃣ ✓ ★ → ☎", "en"),
    "spaced": _headline("OPENING NIGHT", "en", letter_spacing=0.2, align="center"),
    "plate-and-scrim": job(
        {
            "kind": "shape",
            "name": "sky",
            "box": box(0, 0, 480, 150),
            "paint": {
                "kind": "linear",
                "angle": 90,
                "stops": [{"at": 0, "color": "#205080"}, {"at": 1, "color": "#f0f4ff"}],
            },
        },
        text("White on bright", box(16, 10, 448, 60), color="#ffffff", contrast=4.5, scrim="#000000cc"),
        text(
            "Shop now",
            box(16, 90, 200, 40),
            name="button",
            size_min=20,
            size_max=20,
            align="center",
            valign="middle",
            plate={"paint": {"kind": "solid", "color": "#ffcc33"}, "padding_x": 18, "padding_y": 6, "radius": 20},
            shadow={"color": "#00000044", "blur": 2, "y": 2},
        ),
        size=_SIZE,
    ),
}


def path_of(name: str) -> Path:
    return FOLDER / f"{name}.png"


def main() -> None:
    assert use_pack()
    for name, scene in SCENES.items():
        drawn(scene).image.pngsave(str(path_of(name)), compression=9, effort=10)


if __name__ == "__main__":
    main()
