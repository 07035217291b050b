CREATE TABLE "pulse" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "beat_at" DATETIME NOT NULL);
CREATE UNIQUE INDEX "pulse_name" ON "pulse" ("name");
