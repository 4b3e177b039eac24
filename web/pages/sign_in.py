"""Signing in with an API key or a link, and signing out."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request, session

from shared.accounts.models import Workspace
from shared.accounts.service import Principal, authenticate
from shared.accounts.sign_in import principal_of_key, read_token
from shared.db import session_scope
from shared.errors import Unauthenticated
from web.auth import SESSION_KEY, open_to_all
from web.pages.frame import WORKSPACE_NAME_KEY
from web.rate_limits import check_sign_in

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
@open_to_all
def show() -> Response:
    """The form; with a ``token``, straight in."""
    token = request.args.get("token")
    if token is None:
        return _form()
    check_sign_in()
    try:
        api_key_id = read_token(token)
        with session_scope() as database:
            principal = principal_of_key(database, api_key_id)
            workspace = database.get_one(Workspace, principal.workspace_id).name
    except Unauthenticated as error:
        return _form(link_problem=error.message, status=401)
    return _enter(principal, workspace, request.args.get("next", ""))


@blueprint.post("/sign-in")
@open_to_all
def enter() -> Response:
    """Take an API key."""
    check_sign_in()
    try:
        with session_scope() as database:
            principal = authenticate(database, request.form.get("api_key", "").strip())
            workspace = database.get_one(Workspace, principal.workspace_id).name
    except Unauthenticated:
        return _form(problem="That is not a valid API key. It may be mistyped, revoked or expired.", status=401)
    return _enter(principal, workspace, request.form.get("next", ""))


@blueprint.post("/sign-out")
@open_to_all
def leave() -> Response:
    """Forget who this browser is."""
    session.clear()
    return make_response(redirect("/sign-in", code=303))


def _enter(principal: Principal, workspace: str, wanted: str) -> Response:
    # A new session with a new CSRF token: what somebody planted before is gone.
    session.clear()
    session.permanent = True
    session[SESSION_KEY] = str(principal.api_key_id)
    session[WORKSPACE_NAME_KEY] = workspace
    return make_response(redirect(_local(wanted), code=303))


def _form(*, problem: str = "", link_problem: str = "", status: int = 200) -> Response:
    wanted = _local(request.values.get("next", ""))
    page = render_template("sign_in.html", next=wanted, problem=problem, link_problem=link_problem)
    return make_response(page, status)


def _local(address: str) -> str:
    """An address of ours to go on to; the start page instead of anybody else's."""
    parts = urlsplit(address)
    if not address.startswith("/") or address.startswith(("//", "/\\")) or parts.scheme or parts.netloc:
        return "/"
    return address
