"""From nothing to a plan that can be offered: projects, packages, milestones, prices."""
