CREATE TABLE "mail_setting" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "contact_id" INTEGER,
  "topic" TEXT NOT NULL CHECK (topic IN ('progress', 'comments', 'reminders', 'payments')),
  "pace" TEXT NOT NULL CHECK (pace IN ('at_once', 'daily', 'off')),
  "by_reader" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "changed_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE);
CREATE INDEX "mail_setting_owner_id" ON "mail_setting" ("owner_id");
CREATE INDEX "mail_setting_contact_id" ON "mail_setting" ("contact_id");
CREATE UNIQUE INDEX "mail_setting_key" ON "mail_setting" ("key");
ALTER TABLE "delivery" ADD COLUMN "gathered" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "delivery" ADD COLUMN "digest_id" INTEGER REFERENCES "delivery" ("id") ON DELETE SET NULL;
CREATE INDEX "delivery_digest_id" ON "delivery" ("digest_id");
