"""From agreed to accepted: work begins, is handed over, and is decided on."""
