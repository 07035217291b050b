"""From a plan to an agreement both sides have signed."""
