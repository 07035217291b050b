CREATE TABLE "dispute" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  "side" TEXT NOT NULL CHECK (side IN ('owner', 'client')),
  "contact_id" INTEGER,
  "reason" TEXT NOT NULL CHECK (reason <> ''),
  "opened_at" DATETIME NOT NULL,
  "ended" TEXT CHECK (ended IN ('settled', 'stopped')),
  "ended_at" DATETIME, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, CHECK ((ended IS NULL) = (ended_at IS NULL)), CHECK ((side = 'client') = (contact_id IS NOT NULL)));
CREATE INDEX "dispute_milestone_id" ON "dispute" ("milestone_id");
CREATE INDEX "dispute_submission_id" ON "dispute" ("submission_id");
CREATE INDEX "dispute_contact_id" ON "dispute" ("contact_id");
CREATE UNIQUE INDEX dispute_open ON dispute (milestone_id) WHERE ended_at IS NULL;

CREATE TABLE "disputed_criterion" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "dispute_id" INTEGER NOT NULL,
  "criterion_id" INTEGER NOT NULL, FOREIGN KEY ("dispute_id") REFERENCES "dispute" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT);
CREATE INDEX "disputed_criterion_dispute_id" ON "disputed_criterion" ("dispute_id");
CREATE INDEX "disputed_criterion_criterion_id" ON "disputed_criterion" ("criterion_id");
CREATE UNIQUE INDEX "disputed_criterion_dispute_id_criterion_id" ON "disputed_criterion" ("dispute_id", "criterion_id");

CREATE TABLE "split_offer" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "dispute_id" INTEGER NOT NULL,
  "number" INTEGER NOT NULL CHECK (number > 0),
  "side" TEXT NOT NULL CHECK (side IN ('owner', 'client')),
  "contact_id" INTEGER,
  "note" TEXT NOT NULL,
  "made_at" DATETIME NOT NULL,
  "answer_by" DATE NOT NULL,
  "answer" TEXT CHECK (answer IN ('taken', 'declined', 'replaced', 'lapsed', 'ended')),
  "answerer_id" INTEGER,
  "why" TEXT,
  "answered_at" DATETIME, FOREIGN KEY ("dispute_id") REFERENCES "dispute" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("answerer_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, CHECK ((answer IS NULL) = (answered_at IS NULL)), CHECK ((side = 'client') = (contact_id IS NOT NULL)), CHECK ((answer = 'declined') <= (why IS NOT NULL)));
CREATE INDEX "split_offer_dispute_id" ON "split_offer" ("dispute_id");
CREATE INDEX "split_offer_contact_id" ON "split_offer" ("contact_id");
CREATE INDEX "split_offer_answerer_id" ON "split_offer" ("answerer_id");
CREATE UNIQUE INDEX "split_offer_dispute_id_number" ON "split_offer" ("dispute_id", "number");
CREATE UNIQUE INDEX split_offer_open ON split_offer (dispute_id) WHERE answered_at IS NULL;
CREATE UNIQUE INDEX split_offer_taken ON split_offer (dispute_id) WHERE answer = 'taken';

CREATE TABLE "split_share" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "offer_id" INTEGER NOT NULL,
  "criterion_id" INTEGER NOT NULL,
  "outcome" TEXT NOT NULL CHECK (outcome IN ('accepted', 'given_up', 'redone')),
  "worth" INTEGER NOT NULL,
  "amount" INTEGER NOT NULL, FOREIGN KEY ("offer_id") REFERENCES "split_offer" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT, CHECK (amount BETWEEN 0 AND worth), CHECK (outcome = 'accepted' OR amount = 0));
CREATE INDEX "split_share_offer_id" ON "split_share" ("offer_id");
CREATE INDEX "split_share_criterion_id" ON "split_share" ("criterion_id");
CREATE UNIQUE INDEX "split_share_offer_id_criterion_id" ON "split_share" ("offer_id", "criterion_id");

CREATE TABLE "dispute_summary" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "dispute_id" INTEGER NOT NULL,
  "document_id" INTEGER NOT NULL,
  "seq" INTEGER NOT NULL,
  "made_at" DATETIME NOT NULL, FOREIGN KEY ("dispute_id") REFERENCES "dispute" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT);
CREATE INDEX "dispute_summary_dispute_id" ON "dispute_summary" ("dispute_id");
CREATE INDEX "dispute_summary_document_id" ON "dispute_summary" ("document_id");
CREATE UNIQUE INDEX "dispute_summary_dispute_id_seq" ON "dispute_summary" ("dispute_id", "seq");

ALTER TABLE "milestone" ADD COLUMN "waived" INTEGER NOT NULL DEFAULT 0 CHECK (waived >= 0);
