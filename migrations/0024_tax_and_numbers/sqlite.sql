ALTER TABLE "business" ADD COLUMN "small_business" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "business" ADD COLUMN "withholding_rate" INTEGER NOT NULL DEFAULT 0 CHECK (withholding_rate BETWEEN 0 AND 100000);
ALTER TABLE "series" ADD COLUMN "year" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "series" ADD COLUMN "pattern" TEXT NOT NULL DEFAULT '';
UPDATE "series" SET "pattern" = "prefix" || '{n:04}';
ALTER TABLE "series" DROP COLUMN "prefix";
DROP INDEX "series_owner_id_kind";
CREATE UNIQUE INDEX "series_owner_id_kind_year" ON "series" ("owner_id", "kind", "year");
CREATE TABLE "series_gap" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "series_id" INTEGER NOT NULL,
  "first" INTEGER NOT NULL,
  "last" INTEGER NOT NULL,
  "reason" TEXT NOT NULL CHECK (reason <> ''),
  "made_at" DATETIME NOT NULL, FOREIGN KEY ("series_id") REFERENCES "series" ("id") ON DELETE RESTRICT, CHECK (first <= last));
CREATE INDEX "series_gap_series_id" ON "series_gap" ("series_id");
CREATE TABLE "tax_rate" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "category" TEXT NOT NULL CHECK (category IN ('S','Z','E','O','AE','G')),
  "rate" INTEGER NOT NULL CHECK (rate BETWEEN 0 AND 100000),
  "note" TEXT NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "tax_rate_owner_id" ON "tax_rate" ("owner_id");
CREATE UNIQUE INDEX "tax_rate_owner_id_position" ON "tax_rate" ("owner_id", "position");
