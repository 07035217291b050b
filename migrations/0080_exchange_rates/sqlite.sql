CREATE TABLE "exchange_rate" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "currency" TEXT NOT NULL,
  "own" TEXT NOT NULL,
  "rate" TEXT NOT NULL CHECK (rate <> ''),
  "day" DATE NOT NULL,
  "source" TEXT NOT NULL CHECK (source <> ''), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "exchange_rate_owner_id" ON "exchange_rate" ("owner_id");
CREATE UNIQUE INDEX "exchange_rate_owner_id_currency_own" ON "exchange_rate" ("owner_id", "currency", "own");
