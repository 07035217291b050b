CREATE TABLE "late_plan" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "scheme" TEXT NOT NULL CHECK (scheme IN ('', 'eu', 'de', 'uk')),
  "fixed" BOOLEAN NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "late_plan_owner_id" ON "late_plan" ("owner_id");
CREATE TABLE "base_rate" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "reference" TEXT NOT NULL CHECK (reference IN ('ecb', 'bgb', 'boe')),
  "since" DATE NOT NULL,
  "rate" INTEGER NOT NULL CHECK (rate BETWEEN -10000 AND 100000),
  "source" TEXT NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "base_rate_owner_id" ON "base_rate" ("owner_id");
CREATE UNIQUE INDEX "base_rate_owner_id_reference_since" ON "base_rate" ("owner_id", "reference", "since");
