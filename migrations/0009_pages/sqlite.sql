CREATE INDEX "project_owner_id_version" ON "project" ("owner_id", "version");
CREATE INDEX "delivery_owner_id_state" ON "delivery" ("owner_id", "state");
