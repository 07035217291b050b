"""What a letter about billing by outcomes begins with; clients read it in their own language."""

from billing.refusals import N_

SUBJECT = N_("From hours to results")
SHIFT = N_(
    "I am moving to outcome-based billing, so that your investment is tied directly to results."
)
OVER_MONTHS = N_("From %(first)s to %(last)s I billed you %(billed)s for %(hours)s hours of work.")
IN_MONTH = N_("In %(first)s I billed you %(billed)s for %(hours)s hours of work.")
VALUED = N_("What counted for you was not the time. It was what came of it: %(results)s.")
HOW = N_(
    "From our next project on we agree on a few milestones first: for each, what you get, how you"
    " can tell that it is done, and what it costs."
)
SURE = N_(
    "You look at every result and accept it. Its price stays the same, however long the work takes"
    " me."
)
REST = N_(
    "What we have agreed already stays as it is. If you would like to talk about it, just answer"
    " this message."
)
