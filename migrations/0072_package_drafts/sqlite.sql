ALTER TABLE "package_milestone" ADD COLUMN "drafts" TEXT NOT NULL DEFAULT '[]';
