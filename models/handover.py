"""Files that both sides hand each other, what is shown of them, and what is said of a milestone."""

from typing import Any

from peewee import JOIN, SQL, BlobField, Check, DateTimeField, IntegerField, TextField

from models.base import Row
from models.people import Contact, User
from models.record import File
from models.references import ForeignKeyField
from models.work import Milestone, Project, Submission


class Attachment(Row):
    """A file that one side gives the other for a milestone; `contact` is whose of the client.

    Without `kept_at` it is a draft: a file the owner gathers for the next round and may take
    out again. A kept one stands for good, and both sides may have it.
    """

    milestone = ForeignKeyField(Milestone, backref="attachments", on_delete="RESTRICT")
    contact = ForeignKeyField(Contact, null=True, on_delete="RESTRICT")
    file = ForeignKeyField(File, on_delete="RESTRICT")
    name = TextField(constraints=[Check("name <> ''")])
    attached_at = DateTimeField()
    kept_at = DateTimeField(null=True)

    @classmethod
    def in_projects(cls) -> Any:
        """Attachments with milestone and project, and with their file and what is `shown` of it."""
        return cls._joined(cls.select(cls, Milestone, Project, *_about_files()))

    @staticmethod
    def _joined(query: Any) -> Any:
        return (
            query.join(Milestone)
            .join(Project)
            .join_from(Attachment, File)
            .join(Preview, JOIN.LEFT_OUTER, attr="shown")
        )

    @classmethod
    def of(cls, user: User) -> Any:
        """The attachments of one owner's projects, drafts among them."""
        return cls.in_projects().where(Project.owner == user.id)

    @classmethod
    def given(cls, project: Project) -> Any:
        """What both sides of a project may have."""
        return cls.in_projects().where(Project.id == project.id, cls.kept_at.is_null(False))


Attachment.add_index(
    SQL(
        "CREATE UNIQUE INDEX IF NOT EXISTS attachment_draft ON attachment"
        " (milestone_id, file_id) WHERE kept_at IS NULL"
    )
)


class SubmissionFile(Row):
    """A file handed over in a round; one that stays the same is handed over again."""

    submission = ForeignKeyField(Submission, backref="files", on_delete="RESTRICT")
    attachment = ForeignKeyField(Attachment, on_delete="RESTRICT")

    class Meta:
        indexes = ((("submission", "attachment"), True),)

    @classmethod
    def handed(cls) -> Any:
        """What was handed over in rounds, in order, with all that Attachment.in_projects() has."""
        columns = (cls, Attachment, Milestone, Project, *_about_files())
        return Attachment._joined(cls.select(*columns).join(Attachment)).order_by(cls.id)


class Preview(Row):
    """What is shown of a file: a small picture, made anew, or the pages and first words of a PDF.

    Of a file that shows nothing there is a row without either, so that nobody looks again.
    """

    file = ForeignKeyField(File, unique=True, backref="previews", on_delete="CASCADE")
    picture = BlobField(null=True)
    width = IntegerField(default=0)
    height = IntegerField(default=0)
    pages = IntegerField(default=0)
    words = TextField(default="")
    made_at = DateTimeField()


def _about_files() -> list[Any]:
    """Columns of files and previews without their bytes, which are left where they are."""
    return [
        field
        for model in (File, Preview)
        for field in model._meta.sorted_fields
        if field.name not in ("content", "picture")
    ]
