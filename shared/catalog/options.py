"""How a worker loads a model: on what it runs fast, and what is loaded beside its weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.catalog.wording import problems_of
from shared.errors import InputRefused

_CHANGING = ("dtype", "lora", "controlnet", "ip_adapter")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Beside(_Strict):
    """Weights beside the model's own: a path within its folder, or an absolute one."""

    path: str = Field(min_length=1, max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, given: Any) -> Any:
        return {"path": given} if isinstance(given, str) else given

    @model_validator(mode="after")
    def _stays_inside(self) -> Self:
        if ".." in self.path.split("/"):
            raise ValueError("must not lead out of the model's folder by '..'; write an absolute path")
        return self


class Lora(Beside):
    """Low-rank adapters, and how strongly they act."""

    scale: float = Field(default=1.0, ge=-4, le=4)


class ModelOptions(_Strict):
    """What an operator can choose for a model. What is left out is as the device has it."""

    dtype: Literal["float32", "float16", "bfloat16"] | None = None
    """The precision it runs in; none: the device's own."""
    offload: Literal["none", "model", "sequential"] = "none"
    """Keep what does not work just now in the host's memory: whole components, or layer by layer, which is slow."""
    compile: bool = False
    """Compile the denoiser: a slow first job of each shape, faster ones after it."""
    channels_last: bool = False
    """Keep pictures in memory pixel by pixel, which convolutions in half precision like."""
    lora: tuple[Lora, ...] = Field(default=(), max_length=8)
    controlnet: Beside | None = None
    ip_adapter: Beside | None = None

    @model_validator(mode="after")
    def _agree(self) -> Self:
        if self.compile and self.offload == "sequential":
            raise ValueError(
                "compile and sequential offload exclude each other: layers that come and go stay as they are"
            )
        return self

    def document(self) -> dict[str, Any]:
        """As the catalog keeps it: what differs from the usual."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def changing_results(self) -> dict[str, Any]:
        """Those that change what comes out. How fast it comes, and where it is meanwhile, changes nothing."""
        return {name: value for name, value in self.document().items() if name in _CHANGING}

    def paths(self) -> dict[str, str]:
        """Every path that is named, by the option that names it: ``lora.0``."""
        loras = {f"lora.{index}": lora.path for index, lora in enumerate(self.lora)}
        single = {"controlnet": self.controlnet, "ip_adapter": self.ip_adapter}
        return {**loras, **{name: beside.path for name, beside in single.items() if beside is not None}}


def read_options(raw: Mapping[str, Any]) -> ModelOptions:
    """Options as the catalog or an operator writes them. Raises ``InputRefused`` naming each bad one."""
    try:
        return ModelOptions.model_validate(dict(raw))
    except ValidationError as error:
        raise InputRefused(problems_of(error, "options", ModelOptions)) from None
