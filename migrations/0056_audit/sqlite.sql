CREATE TABLE "audit" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "rework_words" TEXT NOT NULL,
  "job_id" INTEGER, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("job_id") REFERENCES "job" ("id") ON DELETE SET NULL);
CREATE UNIQUE INDEX "audit_owner_id" ON "audit" ("owner_id");
CREATE INDEX "audit_job_id" ON "audit" ("job_id");
CREATE TABLE "work_kind" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "kept" INTEGER NOT NULL,
  "rest" INTEGER NOT NULL,
  "created_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "work_kind_owner_id" ON "work_kind" ("owner_id");
CREATE TABLE "work_label" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "sample" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "core" TEXT NOT NULL,
  "kind_id" INTEGER,
  "leads" INTEGER NOT NULL,
  "placed" INTEGER NOT NULL,
  "rework" INTEGER NOT NULL,
  "judged" INTEGER NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("kind_id") REFERENCES "work_kind" ("id") ON DELETE SET NULL);
CREATE INDEX "work_label_kind_id" ON "work_label" ("kind_id");
CREATE UNIQUE INDEX "work_label_owner_id_key" ON "work_label" ("owner_id", "key");
CREATE TABLE "valued_result" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "client" TEXT NOT NULL,
  "project" TEXT NOT NULL,
  "result" TEXT NOT NULL CHECK (result <> ''), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "valued_result_owner_id_key" ON "valued_result" ("owner_id", "key");
ALTER TABLE "hours_entry" ADD COLUMN "label_id" INTEGER REFERENCES "work_label" ("id") ON DELETE SET NULL;
CREATE INDEX "hours_entry_label_id" ON "hours_entry" ("label_id");
