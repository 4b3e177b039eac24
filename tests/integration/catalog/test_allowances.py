"""Which models a workspace may use: all of them, or those on its list."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select

from shared.catalog import repository
from shared.catalog.models import Model, ModelState
from shared.catalog.service import find_model, forget_models
from shared.db import get_engine, session_scope
from shared.errors import InputRefused
from tests.integration.jobs.actions import another_workspace, submit

pytestmark = pytest.mark.usefixtures("models")


def allow(workspace_id: UUID, *names: str) -> None:
    with session_scope() as session:
        ids = session.scalars(select(Model.id).where(Model.name.in_(names))).all()
        repository.allow(session, workspace_id, ids)
    forget_models()


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is asked of the database meanwhile."""
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(statement)

    event.listen(get_engine(), "before_cursor_execute", listen)
    try:
        yield said
    finally:
        event.remove(get_engine(), "before_cursor_execute", listen)


def listed(workspace_id: UUID) -> list[str]:
    """As the workspace's own requests see it."""
    with session_scope(workspace_id) as session:
        return [model.name for model in repository.allowed_models(session, workspace_id)]


def test_without_a_list_a_workspace_may_use_every_model(workspace_id: UUID) -> None:
    assert listed(workspace_id) == ["starter/adcopy", "starter/backdrops"]
    submit(workspace_id)


def test_a_job_of_a_model_that_is_not_on_the_list_is_refused_naming_the_model(workspace_id: UUID) -> None:
    allow(workspace_id, "starter/backdrops")

    with pytest.raises(InputRefused, match="may not use the model 'starter/adcopy'; there are: starter/backd") as told:
        submit(workspace_id)

    assert [problem.path for problem in told.value.problems] == ["model"]
    assert listed(workspace_id) == ["starter/backdrops"]


def test_a_list_is_one_workspace_s_own(workspace_id: UUID) -> None:
    other = another_workspace("other")
    allow(workspace_id, "starter/backdrops")

    assert listed(other) == ["starter/adcopy", "starter/backdrops"]
    submit(other)


def test_a_model_taken_off_the_list_is_refused_and_an_empty_list_allows_all_again(workspace_id: UUID) -> None:
    allow(workspace_id, "starter/adcopy", "starter/backdrops")
    with session_scope() as session:
        adcopy = repository.find(session, "starter/adcopy")
        assert adcopy is not None
        repository.disallow(session, workspace_id, [adcopy.id])
    forget_models()
    assert listed(workspace_id) == ["starter/backdrops"]

    with session_scope() as session:
        repository.disallow(session, workspace_id)
    forget_models()
    assert listed(workspace_id) == ["starter/adcopy", "starter/backdrops"]


@pytest.mark.parametrize(
    ("state", "said"), [(ModelState.DISABLED, "is out of use for now"), (ModelState.REMOVED, "no model is called")]
)
def test_a_model_out_of_use_is_refused_and_not_listed(workspace_id: UUID, state: ModelState, said: str) -> None:
    with session_scope() as session:
        model = repository.find(session, "starter/adcopy")
        assert model is not None
        model.state = state
    forget_models()

    with pytest.raises(InputRefused, match=said):
        submit(workspace_id)
    assert listed(workspace_id) == ["starter/backdrops"]


def test_looking_a_model_up_takes_one_statement_and_then_none_for_a_while(workspace_id: UUID) -> None:
    allow(workspace_id, "starter/adcopy")
    with session_scope() as session:
        with statements() as first:
            find_model(session, workspace_id, "starter/adcopy")
        with statements() as again:
            find_model(session, workspace_id, "starter/adcopy")

    assert (len(first), len(again)) == (1, 0)
