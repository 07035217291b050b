CREATE TABLE "reminder_plan" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "is_on" BOOLEAN NOT NULL,
  "days" JSONB NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "reminder_plan_owner_id" ON "reminder_plan" ("owner_id");
CREATE TABLE "reminder_pause" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "client_id" INTEGER,
  "invoice_id" INTEGER,
  "until" DATE,
  "paused_at" TIMESTAMP NOT NULL, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE CASCADE, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE CASCADE, CHECK ((client_id IS NULL) <> (invoice_id IS NULL)));
CREATE UNIQUE INDEX "reminder_pause_client_id" ON "reminder_pause" ("client_id");
CREATE UNIQUE INDEX "reminder_pause_invoice_id" ON "reminder_pause" ("invoice_id");
CREATE TABLE "payment_reminder" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "step" INTEGER NOT NULL,
  "due" BIGINT NOT NULL CHECK (due > 0),
  "written_at" TIMESTAMP NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT);
CREATE INDEX "payment_reminder_invoice_id" ON "payment_reminder" ("invoice_id");
CREATE UNIQUE INDEX "payment_reminder_invoice_id_step" ON "payment_reminder" ("invoice_id", "step");
