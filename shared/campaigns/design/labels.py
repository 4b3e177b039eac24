"""What the label of generated content says, by language (Regulation (EU) 2024/1689, Article 50(4))."""

from __future__ import annotations

from collections.abc import Mapping

AI_LABELS: Mapping[str, str] = {
    "en": "Made with AI",
    "de": "Mit KI erstellt",
    "fr": "Créé avec l’IA",
    "es": "Creado con IA",
    "it": "Creato con l’IA",
    "pt": "Criado com IA",
    "nl": "Gemaakt met AI",
    "pl": "Stworzone z użyciem AI",
    "cs": "Vytvořeno pomocí AI",
    "sv": "Skapat med AI",
    "da": "Lavet med AI",
    "fi": "Tehty tekoälyllä",
    "ru": "Создано с помощью ИИ",
    "uk": "Створено за допомогою ШІ",
    "el": "Δημιουργήθηκε με ΤΝ",
    "tr": "Yapay zekâ ile oluşturuldu",
    "ar": "أُنشئ بالذكاء الاصطناعي",
    "fa": "ساخته‌شده با هوش مصنوعی",
    "he": "נוצר באמצעות AI",
    "hi": "AI से निर्मित",
    "th": "สร้างด้วย AI",
    "zh": "由 AI 生成",
    "zh-hant": "由 AI 生成",
    "ja": "AIで生成",
    "ko": "AI로 제작",
}
"""By BCP 47 tag in lower case."""


def label_in(locale: str) -> str:
    """The label in a locale: in its script, else its language, else English."""
    return by_locale(AI_LABELS, locale) or AI_LABELS["en"]


def by_locale(texts: Mapping[str, str], locale: str) -> str | None:
    """The text for a locale, or for the nearest above it: ``pt-BR``, then ``pt``; tags count in any case."""
    lowered = {tag.lower(): text for tag, text in texts.items()}
    parts = locale.lower().replace("_", "-").split("-")
    for length in range(len(parts), 0, -1):
        found = lowered.get("-".join(parts[:length]))
        if found is not None:
            return found
    return None
