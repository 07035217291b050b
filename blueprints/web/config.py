"""The installation of the running app."""

from flask import current_app

from billing.installation import Installation


def installation() -> Installation:
    """What create_app() was given."""
    found: Installation = current_app.config["INSTALLATION"]
    return found
