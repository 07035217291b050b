CREATE TABLE "bank_file" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "file_id" INTEGER,
  "name" TEXT NOT NULL,
  "format" TEXT NOT NULL CHECK (format IN ('camt', 'csv')),
  "mapping" TEXT NOT NULL,
  "problems" TEXT NOT NULL,
  "added" INTEGER NOT NULL,
  "repeated" INTEGER NOT NULL,
  "uploaded_at" DATETIME NOT NULL,
  "taken_at" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE RESTRICT);
CREATE INDEX "bank_file_owner_id" ON "bank_file" ("owner_id");
CREATE INDEX "bank_file_file_id" ON "bank_file" ("file_id");
CREATE TABLE "bank_line" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "source_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "booked_on" DATE NOT NULL,
  "amount" INTEGER NOT NULL CHECK (amount <> 0),
  "currency" TEXT NOT NULL,
  "account" TEXT NOT NULL,
  "name" TEXT NOT NULL,
  "iban" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "payment_id" INTEGER,
  "dismissed_at" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("source_id") REFERENCES "bank_file" ("id") ON DELETE RESTRICT, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT);
CREATE INDEX "bank_line_source_id" ON "bank_line" ("source_id");
CREATE INDEX "bank_line_payment_id" ON "bank_line" ("payment_id");
CREATE UNIQUE INDEX "bank_line_owner_id_key" ON "bank_line" ("owner_id", "key");
CREATE INDEX "bank_line_owner_id_booked_on" ON "bank_line" ("owner_id", "booked_on");
