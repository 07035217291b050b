CREATE TABLE "certificate" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "fingerprint" TEXT NOT NULL,
  "role" TEXT NOT NULL CHECK (role IN ('root', 'leaf', 'brought', 'authority')),
  "subject" TEXT NOT NULL,
  "pem" TEXT NOT NULL,
  "chain" TEXT NOT NULL,
  "created_at" DATETIME NOT NULL,
  "retired_at" DATETIME);
CREATE UNIQUE INDEX "certificate_fingerprint" ON "certificate" ("fingerprint");

CREATE TABLE "seal_key" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "certificate_id" INTEGER NOT NULL,
  "wrapped" BLOB NOT NULL, FOREIGN KEY ("certificate_id") REFERENCES "certificate" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "seal_key_certificate_id" ON "seal_key" ("certificate_id");

CREATE TABLE "seal" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "document_id" INTEGER NOT NULL,
  "certificate_id" INTEGER NOT NULL,
  "chain_head" TEXT NOT NULL,
  "stamped_at" DATETIME,
  "untimed" TEXT NOT NULL,
  "sealed_at" DATETIME NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT, FOREIGN KEY ("certificate_id") REFERENCES "certificate" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "seal_agreement_id" ON "seal" ("agreement_id");
CREATE INDEX "seal_document_id" ON "seal" ("document_id");
CREATE INDEX "seal_certificate_id" ON "seal" ("certificate_id");
