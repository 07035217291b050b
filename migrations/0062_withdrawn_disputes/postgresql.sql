ALTER TABLE "dispute" DROP CONSTRAINT "dispute_ended_check";
ALTER TABLE "dispute" ADD CONSTRAINT "dispute_ended_check" CHECK (ended IN ('settled', 'stopped', 'withdrawn'));
