CREATE TABLE "code" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "document_sha256" TEXT NOT NULL,
  "nonce" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL,
  "expires_at" DATETIME NOT NULL,
  "tries" INTEGER NOT NULL CHECK (tries BETWEEN 0 AND 5),
  "used_at" DATETIME,
  "ended_at" DATETIME, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE INDEX "code_agreement_id" ON "code" ("agreement_id");
CREATE INDEX "code_contact_id" ON "code" ("contact_id");
CREATE UNIQUE INDEX IF NOT EXISTS code_open ON code (agreement_id, contact_id) WHERE used_at IS NULL AND ended_at IS NULL;

CREATE TABLE "paper" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "scan_id" INTEGER NOT NULL,
  "signed_on" DATE NOT NULL,
  "client_name" TEXT NOT NULL CHECK (client_name <> ''),
  "owner_name" TEXT NOT NULL CHECK (owner_name <> ''),
  "recorded_by_id" INTEGER NOT NULL,
  "recorded_at" DATETIME NOT NULL,
  "was_sent" INTEGER NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("scan_id") REFERENCES "document" ("id") ON DELETE RESTRICT, FOREIGN KEY ("recorded_by_id") REFERENCES "account" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "paper_agreement_id" ON "paper" ("agreement_id");
CREATE INDEX "paper_scan_id" ON "paper" ("scan_id");
CREATE INDEX "paper_recorded_by_id" ON "paper" ("recorded_by_id");

CREATE TABLE "wish" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('paper', 'forward', 'objection')),
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "note" TEXT NOT NULL,
  "asked_at" DATETIME NOT NULL,
  "answered_at" DATETIME,
  "answer" TEXT CHECK (answer IN ('followed', 'refused')),
  "next_id" INTEGER, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("next_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT);
CREATE INDEX "wish_agreement_id" ON "wish" ("agreement_id");
CREATE INDEX "wish_contact_id" ON "wish" ("contact_id");
CREATE INDEX "wish_next_id" ON "wish" ("next_id");
CREATE UNIQUE INDEX IF NOT EXISTS wish_open ON wish (agreement_id, kind) WHERE answered_at IS NULL;

CREATE TABLE "reminder" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "paused" INTEGER NOT NULL,
  "last_at" DATETIME, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "reminder_agreement_id" ON "reminder" ("agreement_id");

ALTER TABLE "signature" ADD COLUMN "proof" TEXT NOT NULL DEFAULT 'none' CHECK (proof IN ('none', 'code', 'password'));
ALTER TABLE "signature" ADD COLUMN "code_id" INTEGER REFERENCES "code" ("id") ON DELETE RESTRICT;
ALTER TABLE "signature" ADD COLUMN "proof_message" TEXT NOT NULL DEFAULT '';
ALTER TABLE "signature" ADD COLUMN "drawing_sha256" TEXT REFERENCES "file" ("sha256") ON DELETE RESTRICT;
ALTER TABLE "signature" ADD COLUMN "signed_on" DATE;
CREATE UNIQUE INDEX "signature_code_id" ON "signature" ("code_id");
CREATE INDEX "signature_drawing_sha256" ON "signature" ("drawing_sha256");
