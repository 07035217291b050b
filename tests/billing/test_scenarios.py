"""The demo is filled on a busy machine too."""

import pytest

from billing.delivery import documents, pdf
from billing.scenarios import stage
from tests import cast as the
from tests.cast import NOW


@pytest.mark.usefixtures("database")
def test_a_document_that_is_late_is_asked_for_again(installation, monkeypatch):
    render, asked = pdf.render, []

    def slow(*given):
        asked.append(given)
        if len(asked) == 1:
            raise pdf.RenderFailed("timed_out")
        return render(*given)

    monkeypatch.setattr(documents.pdf, "render", slow)
    project = the.project(the.owner())
    agreement = stage.sent(stage.Stage(installation, NOW), project, project.owner, 3)
    assert len(asked) > 1 and agreement.document is not None
