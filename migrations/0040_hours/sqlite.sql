CREATE TABLE "job" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL,
  "facts" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'cancelled', 'failed')),
  "done" INTEGER NOT NULL CHECK (done >= 0),
  "total" INTEGER NOT NULL CHECK (total >= 0),
  "error" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL,
  "cancel_asked_at" DATETIME,
  "finished_at" DATETIME,
  "leased_until" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "job_owner_id" ON "job" ("owner_id");
CREATE INDEX "job_state_id" ON "job" ("state", "id");
CREATE TABLE "hours_file" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "file_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "format" TEXT NOT NULL CHECK (format IN ('toggl', 'harvest', 'clockify', 'mapped')),
  "mapping" TEXT NOT NULL,
  "job_id" INTEGER,
  "added" INTEGER NOT NULL,
  "repeated" INTEGER NOT NULL,
  "refused" INTEGER NOT NULL,
  "uploaded_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE RESTRICT, FOREIGN KEY ("job_id") REFERENCES "job" ("id") ON DELETE SET NULL);
CREATE INDEX "hours_file_owner_id" ON "hours_file" ("owner_id");
CREATE INDEX "hours_file_file_id" ON "hours_file" ("file_id");
CREATE INDEX "hours_file_job_id" ON "hours_file" ("job_id");
CREATE TABLE "hours_entry" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "source_id" INTEGER NOT NULL,
  "key" TEXT NOT NULL,
  "worked_on" DATE NOT NULL,
  "seconds" INTEGER NOT NULL CHECK (seconds BETWEEN 1 AND 36000000),
  "client" TEXT NOT NULL,
  "project" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "description" TEXT NOT NULL,
  "person" TEXT NOT NULL,
  "billable" INTEGER NOT NULL,
  "amount" INTEGER CHECK (amount >= 0),
  "currency" TEXT NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("source_id") REFERENCES "hours_file" ("id") ON DELETE CASCADE);
CREATE INDEX "hours_entry_source_id" ON "hours_entry" ("source_id");
CREATE UNIQUE INDEX "hours_entry_owner_id_key" ON "hours_entry" ("owner_id", "key");
CREATE INDEX "hours_entry_owner_id_client_project" ON "hours_entry" ("owner_id", "client", "project");
CREATE TABLE "hours_problem" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "source_id" INTEGER NOT NULL,
  "line" INTEGER NOT NULL CHECK (line > 0),
  "column" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "code" TEXT NOT NULL,
  "facts" TEXT NOT NULL, FOREIGN KEY ("source_id") REFERENCES "hours_file" ("id") ON DELETE CASCADE);
CREATE INDEX "hours_problem_source_id" ON "hours_problem" ("source_id");
CREATE UNIQUE INDEX "hours_problem_source_id_line" ON "hours_problem" ("source_id", "line");
