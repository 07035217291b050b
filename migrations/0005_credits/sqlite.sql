ALTER TABLE "invoice_line" ADD COLUMN "credits_id" INTEGER REFERENCES "invoice_line" ("id") ON DELETE RESTRICT;
CREATE INDEX "invoice_line_credits_id" ON "invoice_line" ("credits_id");
ALTER TABLE "charge" ADD COLUMN "instead_of_id" INTEGER REFERENCES "charge" ("id") ON DELETE RESTRICT;
CREATE UNIQUE INDEX "charge_instead_of_id" ON "charge" ("instead_of_id");
ALTER TABLE "project" ADD COLUMN "fee_not_begun" INTEGER NOT NULL DEFAULT 0 CHECK (fee_not_begun BETWEEN 0 AND 10000);
ALTER TABLE "project" ADD COLUMN "fee_in_progress" INTEGER NOT NULL DEFAULT 5000 CHECK (fee_in_progress BETWEEN 0 AND 10000);
ALTER TABLE "project" ADD COLUMN "fee_submitted" INTEGER NOT NULL DEFAULT 10000 CHECK (fee_submitted BETWEEN 0 AND 10000);
CREATE TABLE "early_start" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "statement" TEXT NOT NULL,
  "asked_at" DATETIME NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "early_start_agreement_id" ON "early_start" ("agreement_id");
CREATE INDEX "early_start_contact_id" ON "early_start" ("contact_id");
CREATE TABLE "withdrawal" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "statement" TEXT NOT NULL,
  "declared_at" DATETIME NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "withdrawal_agreement_id" ON "withdrawal" ("agreement_id");
CREATE INDEX "withdrawal_contact_id" ON "withdrawal" ("contact_id");
