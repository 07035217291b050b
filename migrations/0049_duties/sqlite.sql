ALTER TABLE "milestone" ADD COLUMN "duties" TEXT NOT NULL DEFAULT '[]';
CREATE TABLE "supply" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "event_id" INTEGER NOT NULL,
  "contact_id" INTEGER,
  "duty" TEXT NOT NULL CHECK (duty <> ''),
  "due_on" DATE NOT NULL,
  "note" TEXT NOT NULL,
  "link" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "supplied_at" DATETIME NOT NULL,
  "reopened_at" DATETIME,
  "reopened_why" TEXT, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("event_id") REFERENCES "event" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, CHECK ((reopened_at IS NULL) = (reopened_why IS NULL)));
CREATE INDEX "supply_milestone_id" ON "supply" ("milestone_id");
CREATE UNIQUE INDEX "supply_event_id" ON "supply" ("event_id");
CREATE INDEX "supply_contact_id" ON "supply" ("contact_id");
CREATE UNIQUE INDEX "supply_key" ON "supply" ("key");
CREATE UNIQUE INDEX supply_standing ON supply (milestone_id, duty) WHERE reopened_at IS NULL;
CREATE TABLE "supply_file" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "supply_id" INTEGER NOT NULL,
  "attachment_id" INTEGER NOT NULL, FOREIGN KEY ("supply_id") REFERENCES "supply" ("id") ON DELETE RESTRICT, FOREIGN KEY ("attachment_id") REFERENCES "attachment" ("id") ON DELETE RESTRICT);
CREATE INDEX "supply_file_supply_id" ON "supply_file" ("supply_id");
CREATE UNIQUE INDEX "supply_file_attachment_id" ON "supply_file" ("attachment_id");
