"""Routes, one file per resource: scope, form, verb, answer. Each file's blueprint is `routes`."""
