CREATE TABLE "replay" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "seed" INTEGER NOT NULL CHECK (seed >= 0),
  "longer" INTEGER NOT NULL CHECK (longer BETWEEN 0 AND 900),
  "accepted" INTEGER NOT NULL CHECK (accepted BETWEEN 0 AND 100),
  "changes" INTEGER NOT NULL CHECK (changes BETWEEN 0 AND 100),
  "base" INTEGER NOT NULL CHECK (base BETWEEN 0 AND 100),
  "value_share" INTEGER NOT NULL CHECK (value_share BETWEEN 0 AND 100),
  "reached" INTEGER NOT NULL CHECK (reached BETWEEN 0 AND 100), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "replay_owner_id" ON "replay" ("owner_id");
CREATE TABLE "replay_money" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "currency" TEXT NOT NULL CHECK (currency <> ''),
  "floor" INTEGER CHECK (floor >= 0),
  "seat_price" INTEGER CHECK (seat_price >= 0), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "replay_money_owner_id_currency" ON "replay_money" ("owner_id", "currency");
CREATE TABLE "replay_kind" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "kind_id" INTEGER NOT NULL,
  "currency" TEXT NOT NULL CHECK (currency <> ''),
  "rate" INTEGER CHECK (rate >= 0),
  "price" INTEGER CHECK (price >= 0),
  "saved" INTEGER NOT NULL CHECK (saved BETWEEN 0 AND 95),
  "worth" INTEGER CHECK (worth >= 0),
  "seats" INTEGER CHECK (seats BETWEEN 0 AND 100000), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("kind_id") REFERENCES "work_kind" ("id") ON DELETE CASCADE);
CREATE INDEX "replay_kind_kind_id" ON "replay_kind" ("kind_id");
CREATE UNIQUE INDEX "replay_kind_owner_id_kind_id_currency" ON "replay_kind" ("owner_id", "kind_id", "currency");
