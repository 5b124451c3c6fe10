"""Login: the OpenID Connect provider of the package oidc-provider-mock. Its protocol is real (code flow, signed ID
tokens, client secret and redirect address checked); only passwords are missing: whoever logs in picks a person."""

from collections.abc import Sequence

from flask import Flask, g
from oidc_provider_mock import User as ProviderUser
from oidc_provider_mock import init_app
from oidc_provider_mock._storage import Client, ClientAuthMethod

from vangnet_local.people.users import User

AUTHENTICATION: ClientAuthMethod = "client_secret_basic"


def add_provider(app: Flask, users: Sequence[User], client_id: str, client_secret: str, redirect_uri: str) -> None:
    """The provider at the root of `app`, for one client and these users."""
    init_app(
        app,
        require_client_registration=True,
        require_nonce=True,
        issue_refresh_token=False,
        user_claims=[ProviderUser(sub=user.sub, claims=user.claims) for user in users],
    )
    _without_debugger(app)
    client = Client(
        id=client_id,
        secret=client_secret,
        redirect_uris=[redirect_uri],
        allowed_scopes=Client.SCOPES_SUPPORTED,
        token_endpoint_auth_method=AUTHENTICATION,
    )
    with app.test_request_context("/"):
        app.preprocess_request()
        g.oidc_provider_mock_storage.store_client(client)
    people = {user.sub: user for user in users}
    app.context_processor(lambda: {"people": people})


def _without_debugger(app: Flask) -> None:
    """The package switches Flask's debugger on, which runs any code for whoever reaches the port."""
    app.debug = False
    del app.wsgi_app
