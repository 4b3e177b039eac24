"""What a sound can be asked for."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from shared.catalog.inputs.text_to_audio import TextToAudioInput
from shared.catalog.wording import problems_of


def refused(**fields: Any) -> dict[str, str]:
    with pytest.raises(ValidationError) as caught:
        TextToAudioInput.model_validate({"prompt": "rain", **fields})
    return {problem.path: problem.message for problem in problems_of(caught.value, model=TextToAudioInput)}


@pytest.mark.parametrize("of_tokens", [{"temperature": 0.9}, {"top_k": 50}])
@pytest.mark.parametrize("of_steps", [{"num_inference_steps": 50}, {"negative_prompt": "hiss"}])
def test_what_no_model_understands_together_is_refused(of_tokens: dict[str, Any], of_steps: dict[str, Any]) -> None:
    (name,) = of_tokens
    problems = refused(**of_tokens, **of_steps)

    assert problems.keys() == of_steps.keys()
    assert all(f"{name} for models that write tokens" in message for message in problems.values())


def test_a_sound_has_a_length_and_a_number_within_reason() -> None:
    assert refused(seconds=0, num_sounds=9).keys() == {"seconds", "num_sounds"}
    assert TextToAudioInput(prompt="rain", num_sounds=3).output_count() == 3


def test_sounds_with_and_without_a_negative_prompt_do_not_share_a_batch() -> None:
    plain, without_hiss, without_hum = (
        TextToAudioInput(prompt="rain", negative_prompt=text).batch_shape() for text in ("", "hiss", "hum")
    )

    assert plain != without_hiss == without_hum
