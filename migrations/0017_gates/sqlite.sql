ALTER TABLE "project" ADD COLUMN "exposure_cap" INTEGER CHECK (exposure_cap > 0);
