ALTER TABLE "package_milestone" ADD COLUMN "duties" TEXT NOT NULL DEFAULT '[]';
ALTER TABLE "package_milestone" ADD COLUMN "metric_share" INTEGER NOT NULL DEFAULT 0 CHECK (metric_share BETWEEN 0 AND 10000);
ALTER TABLE "package_milestone" ADD COLUMN "measure" TEXT CHECK (metric_share = 0 OR measure IS NOT NULL);
