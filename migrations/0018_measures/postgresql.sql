ALTER TABLE "milestone" ADD COLUMN "given_up" BIGINT NOT NULL DEFAULT 0 CHECK (given_up >= 0);
ALTER TABLE "trigger" ADD COLUMN "measure" JSONB CHECK (kind <> 'on_metric' OR measure IS NOT NULL);
CREATE TABLE "reading" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "trigger_id" INTEGER NOT NULL,
  "value" BIGINT NOT NULL,
  "taken_on" DATE NOT NULL,
  "note" TEXT NOT NULL,
  "link" TEXT NOT NULL,
  "contact_id" INTEGER,
  "key" TEXT NOT NULL,
  "entered_at" TIMESTAMP NOT NULL, FOREIGN KEY ("trigger_id") REFERENCES "trigger" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE INDEX "reading_trigger_id" ON "reading" ("trigger_id");
CREATE INDEX "reading_contact_id" ON "reading" ("contact_id");
CREATE UNIQUE INDEX "reading_key" ON "reading" ("key");
CREATE TABLE "reading_answer" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "reading_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('confirmed', 'refused', 'replaced')),
  "contact_id" INTEGER,
  "reason" TEXT NOT NULL,
  "answered_at" TIMESTAMP NOT NULL, FOREIGN KEY ("reading_id") REFERENCES "reading" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, CHECK (kind <> 'refused' OR reason <> ''));
CREATE UNIQUE INDEX "reading_answer_reading_id" ON "reading_answer" ("reading_id");
CREATE INDEX "reading_answer_contact_id" ON "reading_answer" ("contact_id");
