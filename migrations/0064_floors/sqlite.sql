ALTER TABLE "replay_kind" ADD COLUMN "floor" INTEGER CHECK (floor >= 0);
