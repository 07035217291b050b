CREATE TABLE "unmet_point" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "request_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  "criterion_id" INTEGER NOT NULL,
  "remark" TEXT NOT NULL, FOREIGN KEY ("request_id") REFERENCES "change_request" ("id") ON DELETE RESTRICT, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT);
CREATE INDEX "unmet_point_request_id" ON "unmet_point" ("request_id");
CREATE INDEX "unmet_point_submission_id" ON "unmet_point" ("submission_id");
CREATE INDEX "unmet_point_criterion_id" ON "unmet_point" ("criterion_id");
CREATE UNIQUE INDEX "unmet_point_request_id_criterion_id" ON "unmet_point" ("request_id", "criterion_id");
