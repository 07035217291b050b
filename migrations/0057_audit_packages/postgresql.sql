CREATE TABLE "package_draft" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "kind_id" INTEGER,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "currency" TEXT NOT NULL,
  "hourly_cost" BIGINT CHECK (hourly_cost >= 0),
  "quantile" INTEGER NOT NULL CHECK (quantile BETWEEN 50 AND 99),
  "margin" INTEGER NOT NULL CHECK (margin BETWEEN 0 AND 10000),
  "exclusions" TEXT NOT NULL,
  "rounds" INTEGER NOT NULL CHECK (rounds BETWEEN 0 AND 99),
  "review_days" INTEGER NOT NULL CHECK (review_days BETWEEN 3 AND 14),
  "tiers" JSONB NOT NULL,
  "package_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("kind_id") REFERENCES "work_kind" ("id") ON DELETE SET NULL, FOREIGN KEY ("package_id") REFERENCES "package" ("id") ON DELETE SET NULL);
CREATE INDEX "package_draft_owner_id" ON "package_draft" ("owner_id");
CREATE INDEX "package_draft_kind_id" ON "package_draft" ("kind_id");
CREATE INDEX "package_draft_package_id" ON "package_draft" ("package_id");
CREATE TABLE "package_draft_milestone" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "draft_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "title" TEXT NOT NULL,
  "deliverable" TEXT NOT NULL,
  "criteria" TEXT NOT NULL,
  "value" TEXT NOT NULL,
  "share" INTEGER NOT NULL CHECK (share BETWEEN 0 AND 10000),
  "price" BIGINT CHECK (price >= 0),
  "tier" INTEGER NOT NULL CHECK (tier BETWEEN 0 AND 9), FOREIGN KEY ("draft_id") REFERENCES "package_draft" ("id") ON DELETE CASCADE);
CREATE INDEX "package_draft_milestone_draft_id" ON "package_draft_milestone" ("draft_id");
ALTER TABLE "package" ADD COLUMN "tiers" JSONB NOT NULL DEFAULT '[]';
ALTER TABLE "package_milestone" ADD COLUMN "tier" INTEGER NOT NULL DEFAULT 0 CHECK (tier BETWEEN 0 AND 9);
