ALTER TABLE "file" ADD COLUMN "kept" BOOLEAN NOT NULL DEFAULT TRUE;

CREATE TABLE "attachment" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "contact_id" INTEGER,
  "file_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "attached_at" TIMESTAMP NOT NULL,
  "kept_at" TIMESTAMP, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE RESTRICT);
CREATE INDEX "attachment_milestone_id" ON "attachment" ("milestone_id");
CREATE INDEX "attachment_contact_id" ON "attachment" ("contact_id");
CREATE INDEX "attachment_file_id" ON "attachment" ("file_id");
CREATE UNIQUE INDEX attachment_draft ON attachment (milestone_id, file_id) WHERE kept_at IS NULL;

CREATE TABLE "submission_file" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "submission_id" INTEGER NOT NULL,
  "attachment_id" INTEGER NOT NULL, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("attachment_id") REFERENCES "attachment" ("id") ON DELETE RESTRICT);
CREATE INDEX "submission_file_submission_id" ON "submission_file" ("submission_id");
CREATE INDEX "submission_file_attachment_id" ON "submission_file" ("attachment_id");
CREATE UNIQUE INDEX "submission_file_submission_id_attachment_id" ON "submission_file" ("submission_id", "attachment_id");

CREATE TABLE "preview" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "file_id" INTEGER NOT NULL,
  "picture" BYTEA,
  "width" INTEGER NOT NULL,
  "height" INTEGER NOT NULL,
  "pages" INTEGER NOT NULL,
  "words" TEXT NOT NULL,
  "made_at" TIMESTAMP NOT NULL, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "preview_file_id" ON "preview" ("file_id");
