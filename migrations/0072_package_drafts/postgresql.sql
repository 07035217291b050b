ALTER TABLE "package_milestone" ADD COLUMN "drafts" JSONB NOT NULL DEFAULT '[]';
