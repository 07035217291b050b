CREATE TABLE "effort" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "milestone_id" INTEGER NOT NULL,
  "worked_on" DATE NOT NULL,
  "seconds" INTEGER CHECK (seconds BETWEEN 1 AND 86400),
  "note" TEXT NOT NULL,
  "started_at" DATETIME,
  "key" TEXT,
  "changed_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE CASCADE, CHECK (seconds IS NOT NULL OR started_at IS NOT NULL));
CREATE INDEX "effort_owner_id" ON "effort" ("owner_id");
CREATE INDEX "effort_milestone_id" ON "effort" ("milestone_id");
CREATE UNIQUE INDEX "effort_owner_id_key" ON "effort" ("owner_id", "key");
CREATE UNIQUE INDEX effort_running ON effort (owner_id) WHERE seconds IS NULL;
