"""Print, as JSON, every route of the web that takes an id, and a sign-in token for an API key: with a stack's settings.

``python -m tests.faults.routes <id of the API key>``, in the environment of a stack.
"""

from __future__ import annotations

import json
import sys
from uuid import UUID

from shared.accounts.sign_in import make_token
from web.app import create_app


def main(api_key_id: str) -> None:
    """A route is ``(rule, methods, arguments)``; those for files of the web itself are left out."""
    routes = [
        (rule.rule, sorted(rule.methods or ()), sorted(rule.arguments))
        for rule in create_app().url_map.iter_rules()
        if rule.arguments and rule.endpoint != "static"
    ]
    print(json.dumps({"routes": routes, "token": make_token(UUID(api_key_id))}))


if __name__ == "__main__":
    main(sys.argv[1])
