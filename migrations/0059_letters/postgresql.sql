CREATE TABLE "letter_draft" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "client_id" INTEGER NOT NULL,
  "subject" TEXT NOT NULL,
  "text" TEXT NOT NULL,
  "changed_at" TIMESTAMP NOT NULL, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "letter_draft_client_id" ON "letter_draft" ("client_id");
CREATE TABLE "client_letter" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "client_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "way" TEXT NOT NULL CHECK (way IN ('mail', 'copied')),
  "subject" TEXT NOT NULL CHECK (subject <> ''),
  "text" TEXT NOT NULL CHECK (text <> ''),
  "key" TEXT NOT NULL,
  "sent_at" TIMESTAMP NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE INDEX "client_letter_client_id" ON "client_letter" ("client_id");
CREATE INDEX "client_letter_contact_id" ON "client_letter" ("contact_id");
CREATE UNIQUE INDEX "client_letter_owner_id_key" ON "client_letter" ("owner_id", "key");
