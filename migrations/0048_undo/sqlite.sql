ALTER TABLE "business" ADD COLUMN "undo_minutes" INTEGER NOT NULL DEFAULT 0 CHECK (undo_minutes BETWEEN 0 AND 1440);
ALTER TABLE "decision" ADD COLUMN "undo_until" DATETIME;
ALTER TABLE "decision" ADD COLUMN "final_at" DATETIME;
ALTER TABLE "invoice" ADD COLUMN "held_until" DATETIME;
