CREATE TABLE "clause_set" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "created_at" DATETIME NOT NULL,
  "archived_at" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT);
CREATE INDEX "clause_set_owner_id" ON "clause_set" ("owner_id");
CREATE UNIQUE INDEX "clause_set_owner_id_name" ON "clause_set" ("owner_id", "name");

CREATE TABLE "clause_set_version" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "clause_set_id" INTEGER NOT NULL,
  "number" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "library" INTEGER NOT NULL,
  "clauses" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL, FOREIGN KEY ("clause_set_id") REFERENCES "clause_set" ("id") ON DELETE RESTRICT);
CREATE INDEX "clause_set_version_clause_set_id" ON "clause_set_version" ("clause_set_id");
CREATE UNIQUE INDEX "clause_set_version_clause_set_id_number" ON "clause_set_version" ("clause_set_id", "number");

CREATE TABLE "clause_choice" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "library" INTEGER NOT NULL,
  "set_version_id" INTEGER,
  "before" TEXT, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE, FOREIGN KEY ("set_version_id") REFERENCES "clause_set_version" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "clause_choice_project_id" ON "clause_choice" ("project_id");
CREATE INDEX "clause_choice_set_version_id" ON "clause_choice" ("set_version_id");
