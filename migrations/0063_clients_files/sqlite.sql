CREATE TABLE "clients_file" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "file_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "mapping" TEXT NOT NULL,
  "clients" INTEGER NOT NULL CHECK (clients >= 0),
  "contacts" INTEGER NOT NULL CHECK (contacts >= 0),
  "repeated" INTEGER NOT NULL CHECK (repeated >= 0),
  "problems" TEXT NOT NULL,
  "uploaded_at" DATETIME NOT NULL,
  "imported_at" DATETIME, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE RESTRICT);
CREATE INDEX "clients_file_owner_id" ON "clients_file" ("owner_id");
CREATE INDEX "clients_file_file_id" ON "clients_file" ("file_id");
