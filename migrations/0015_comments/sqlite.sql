CREATE TABLE "comment" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "event_id" INTEGER NOT NULL,
  "contact_id" INTEGER,
  "key" TEXT NOT NULL,
  "said_at" DATETIME NOT NULL, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("event_id") REFERENCES "event" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE INDEX "comment_milestone_id" ON "comment" ("milestone_id");
CREATE UNIQUE INDEX "comment_event_id" ON "comment" ("event_id");
CREATE INDEX "comment_contact_id" ON "comment" ("contact_id");
CREATE UNIQUE INDEX "comment_key" ON "comment" ("key");

CREATE TABLE "comment_file" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "comment_id" INTEGER NOT NULL,
  "attachment_id" INTEGER NOT NULL, FOREIGN KEY ("comment_id") REFERENCES "comment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("attachment_id") REFERENCES "attachment" ("id") ON DELETE RESTRICT);
CREATE INDEX "comment_file_comment_id" ON "comment_file" ("comment_id");
CREATE UNIQUE INDEX "comment_file_attachment_id" ON "comment_file" ("attachment_id");

CREATE TABLE "comment_mark" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "comment_id" INTEGER NOT NULL, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE CASCADE, FOREIGN KEY ("comment_id") REFERENCES "comment" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "comment_mark_milestone_id" ON "comment_mark" ("milestone_id");
CREATE INDEX "comment_mark_comment_id" ON "comment_mark" ("comment_id");
