"""From hours to results: what past work was worth, and what to sell instead."""
