ALTER TABLE "package_milestone" ADD COLUMN "start_share" INTEGER NOT NULL DEFAULT 0 CHECK (start_share BETWEEN 0 AND 10000);
