ALTER TABLE "project" ADD COLUMN "exposure_cap" BIGINT CHECK (exposure_cap > 0);
