ALTER TABLE "replay_kind" ADD COLUMN "floor" BIGINT CHECK (floor >= 0);
