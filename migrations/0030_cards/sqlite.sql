CREATE TABLE "card_account" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "api_key" BLOB,
  "webhook_secret" BLOB, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "card_account_owner_id" ON "card_account" ("owner_id");
CREATE UNIQUE INDEX "card_account_key" ON "card_account" ("key");
CREATE TABLE "card_event" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "account_id" INTEGER NOT NULL,
  "event" TEXT NOT NULL,
  "payment_id" INTEGER NOT NULL,
  "received_at" DATETIME NOT NULL, FOREIGN KEY ("account_id") REFERENCES "card_account" ("id") ON DELETE CASCADE, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT);
CREATE INDEX "card_event_account_id" ON "card_event" ("account_id");
CREATE INDEX "card_event_payment_id" ON "card_event" ("payment_id");
CREATE UNIQUE INDEX "card_event_account_id_event" ON "card_event" ("account_id", "event");
