ALTER TABLE "client" ADD COLUMN "timezone" TEXT NOT NULL DEFAULT '';
CREATE TABLE "extension" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  "contact_id" INTEGER,
  "days" INTEGER NOT NULL CHECK (days BETWEEN 1 AND 30),
  "reason" TEXT NOT NULL,
  "asked_at" TIMESTAMP NOT NULL,
  "answered_at" TIMESTAMP,
  "agreed" BOOLEAN,
  "answer" TEXT, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, CHECK ((answered_at IS NULL) = (agreed IS NULL)));
CREATE INDEX "extension_milestone_id" ON "extension" ("milestone_id");
CREATE INDEX "extension_submission_id" ON "extension" ("submission_id");
CREATE INDEX "extension_contact_id" ON "extension" ("contact_id");
CREATE UNIQUE INDEX IF NOT EXISTS extension_open ON extension (milestone_id) WHERE answered_at IS NULL;
CREATE UNIQUE INDEX IF NOT EXISTS extension_agreed ON extension (milestone_id) WHERE agreed;
CREATE TABLE "review_reminder" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "submission_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('half', 'most', 'last')),
  "last_day" DATE NOT NULL,
  "written_at" TIMESTAMP NOT NULL, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT);
CREATE INDEX "review_reminder_submission_id" ON "review_reminder" ("submission_id");
CREATE UNIQUE INDEX "review_reminder_submission_id_kind_last_day" ON "review_reminder" ("submission_id", "kind", "last_day");
