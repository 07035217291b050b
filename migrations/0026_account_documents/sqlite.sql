CREATE TABLE "account_document" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "client_id" INTEGER NOT NULL,
  "invoice_id" INTEGER,
  "payment_id" INTEGER,
  "kind" TEXT NOT NULL CHECK (kind IN ('statement', 'receipt', 'dunning')),
  "level" INTEGER NOT NULL CHECK (level BETWEEN 0 AND 9),
  "day" DATE NOT NULL,
  "content" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "document_id" INTEGER,
  "created_at" DATETIME NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT);
CREATE INDEX "account_document_owner_id" ON "account_document" ("owner_id");
CREATE INDEX "account_document_client_id" ON "account_document" ("client_id");
CREATE INDEX "account_document_invoice_id" ON "account_document" ("invoice_id");
CREATE UNIQUE INDEX "account_document_payment_id" ON "account_document" ("payment_id");
CREATE UNIQUE INDEX "account_document_key" ON "account_document" ("key");
CREATE INDEX "account_document_document_id" ON "account_document" ("document_id");
