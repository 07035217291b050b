CREATE TABLE "change" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('add', 'remove', 'swap', 'alter', 'favour')),
  "milestone_id" INTEGER,
  "added_id" INTEGER,
  "terms" JSONB NOT NULL,
  "note" TEXT NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("added_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, CHECK ((kind IN ('remove', 'swap', 'alter')) <= (milestone_id IS NOT NULL)), CHECK ((kind IN ('add', 'swap')) = (added_id IS NOT NULL)));
CREATE INDEX "change_agreement_id" ON "change" ("agreement_id");
CREATE INDEX "change_milestone_id" ON "change" ("milestone_id");
CREATE UNIQUE INDEX "change_added_id" ON "change" ("added_id");
CREATE UNIQUE INDEX "change_agreement_id_milestone_id" ON "change" ("agreement_id", "milestone_id");

CREATE TABLE "change_request" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "milestone_id" INTEGER,
  "wish" TEXT NOT NULL CHECK (wish <> ''),
  "key" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK (state IN ('open', 'taken_up', 'declined')),
  "asked_at" TIMESTAMP NOT NULL,
  "answer" TEXT,
  "answered_at" TIMESTAMP, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, CHECK ((state = 'open') = (answered_at IS NULL)));
CREATE INDEX "change_request_project_id" ON "change_request" ("project_id");
CREATE INDEX "change_request_contact_id" ON "change_request" ("contact_id");
CREATE INDEX "change_request_milestone_id" ON "change_request" ("milestone_id");
CREATE UNIQUE INDEX "change_request_key" ON "change_request" ("key");

ALTER TABLE "trigger" ADD COLUMN "amount" BIGINT CHECK (amount >= 0);
