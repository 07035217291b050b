ALTER TABLE "invoice_line" ADD COLUMN "credits_id" INTEGER REFERENCES "invoice_line" ("id") ON DELETE RESTRICT;
CREATE INDEX "invoice_line_credits_id" ON "invoice_line" ("credits_id");
ALTER TABLE "charge" ADD COLUMN "instead_of_id" INTEGER REFERENCES "charge" ("id") ON DELETE RESTRICT;
CREATE UNIQUE INDEX "charge_instead_of_id" ON "charge" ("instead_of_id");
ALTER TABLE "project" ADD COLUMN "fee_not_begun" INTEGER NOT NULL DEFAULT 0 CHECK (fee_not_begun BETWEEN 0 AND 10000);
ALTER TABLE "project" ADD COLUMN "fee_in_progress" INTEGER NOT NULL DEFAULT 5000 CHECK (fee_in_progress BETWEEN 0 AND 10000);
ALTER TABLE "project" ADD COLUMN "fee_submitted" INTEGER NOT NULL DEFAULT 10000 CHECK (fee_submitted BETWEEN 0 AND 10000);
