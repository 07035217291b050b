CREATE TABLE "bank_part" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "line_id" INTEGER NOT NULL,
  "payment_id" INTEGER NOT NULL, FOREIGN KEY ("line_id") REFERENCES "bank_line" ("id") ON DELETE RESTRICT, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT);
CREATE INDEX "bank_part_line_id" ON "bank_part" ("line_id");
CREATE UNIQUE INDEX "bank_part_payment_id" ON "bank_part" ("payment_id");
