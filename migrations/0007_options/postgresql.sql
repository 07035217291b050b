CREATE TABLE "option" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('tier', 'add_on')),
  "title" TEXT NOT NULL,
  "note" TEXT NOT NULL,
  "position" INTEGER NOT NULL,
  "recommended" BOOLEAN NOT NULL CHECK (NOT recommended OR kind = 'tier'), FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE);
CREATE INDEX "option_project_id" ON "option" ("project_id");
CREATE INDEX "option_project_id_position" ON "option" ("project_id", "position");
ALTER TABLE "milestone" ADD COLUMN "option_id" INTEGER REFERENCES "option" ("id") ON DELETE SET NULL;
ALTER TABLE "milestone" ADD COLUMN "left_out" BOOLEAN NOT NULL DEFAULT FALSE CHECK (NOT left_out OR deleted_at IS NOT NULL);
CREATE INDEX "milestone_option_id" ON "milestone" ("option_id");
