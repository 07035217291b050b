ALTER TABLE "package" ADD COLUMN "monthly" INTEGER NOT NULL DEFAULT false;
CREATE TABLE "retainer" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "client_id" INTEGER NOT NULL,
  "package_id" INTEGER NOT NULL,
  "title" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL,
  "ended_at" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("package_id") REFERENCES "package" ("id") ON DELETE RESTRICT);
CREATE INDEX "retainer_owner_id" ON "retainer" ("owner_id");
CREATE INDEX "retainer_client_id" ON "retainer" ("client_id");
CREATE INDEX "retainer_package_id" ON "retainer" ("package_id");
CREATE TABLE "retainer_month" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "retainer_id" INTEGER NOT NULL,
  "month" DATE NOT NULL,
  "project_id" INTEGER NOT NULL, FOREIGN KEY ("retainer_id") REFERENCES "retainer" ("id") ON DELETE CASCADE, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE);
CREATE INDEX "retainer_month_retainer_id" ON "retainer_month" ("retainer_id");
CREATE UNIQUE INDEX "retainer_month_project_id" ON "retainer_month" ("project_id");
CREATE UNIQUE INDEX "retainer_month_retainer_id_month" ON "retainer_month" ("retainer_id", "month");
