CREATE TABLE "calendar_feed" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "generation" INTEGER NOT NULL,
  "made_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "calendar_feed_owner_id" ON "calendar_feed" ("owner_id");
CREATE UNIQUE INDEX "calendar_feed_key" ON "calendar_feed" ("key");
