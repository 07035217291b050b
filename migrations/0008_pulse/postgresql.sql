CREATE TABLE "pulse" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "name" TEXT NOT NULL,
  "beat_at" TIMESTAMP NOT NULL);
CREATE UNIQUE INDEX "pulse_name" ON "pulse" ("name");
