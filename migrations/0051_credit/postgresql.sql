CREATE TABLE "write_off" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL CHECK (amount <> 0),
  "written_on" DATE NOT NULL,
  "reason" TEXT NOT NULL,
  "reverses_id" INTEGER,
  "key" TEXT NOT NULL,
  "recorded_at" TIMESTAMP NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("reverses_id") REFERENCES "write_off" ("id") ON DELETE RESTRICT, CHECK ((reverses_id IS NULL) = (amount > 0)));
CREATE INDEX "write_off_invoice_id" ON "write_off" ("invoice_id");
CREATE UNIQUE INDEX "write_off_reverses_id" ON "write_off" ("reverses_id");
CREATE UNIQUE INDEX "write_off_key" ON "write_off" ("key");
CREATE TABLE "credit_entry" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "client_id" INTEGER NOT NULL,
  "currency" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('kept', 'used', 'refunded')),
  "amount" BIGINT NOT NULL CHECK (amount <> 0),
  "moved_on" DATE NOT NULL,
  "payment_id" INTEGER,
  "overpaid_id" INTEGER,
  "reference" TEXT NOT NULL,
  "reverses_id" INTEGER,
  "key" TEXT NOT NULL,
  "recorded_at" TIMESTAMP NOT NULL, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("overpaid_id") REFERENCES "payment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("reverses_id") REFERENCES "credit_entry" ("id") ON DELETE RESTRICT, CHECK ((kind = 'refunded') = (payment_id IS NULL)));
CREATE INDEX "credit_entry_client_id" ON "credit_entry" ("client_id");
CREATE UNIQUE INDEX "credit_entry_payment_id" ON "credit_entry" ("payment_id");
CREATE UNIQUE INDEX "credit_entry_overpaid_id" ON "credit_entry" ("overpaid_id");
CREATE UNIQUE INDEX "credit_entry_reverses_id" ON "credit_entry" ("reverses_id");
CREATE UNIQUE INDEX "credit_entry_key" ON "credit_entry" ("key");
CREATE INDEX "credit_entry_client_id_currency" ON "credit_entry" ("client_id", "currency");
