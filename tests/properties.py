"""How property tests run over a database: one database for all examples, no slow shrinking."""

from hypothesis import HealthCheck, Phase, settings

stateful = settings(
    max_examples=25,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
