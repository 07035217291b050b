CREATE TABLE "einvoice" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "format" TEXT NOT NULL CHECK (format IN ('factur-x', 'xrechnung', 'peppol')),
  "document_id" INTEGER NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT);
CREATE INDEX "einvoice_invoice_id" ON "einvoice" ("invoice_id");
CREATE INDEX "einvoice_document_id" ON "einvoice" ("document_id");
CREATE UNIQUE INDEX "einvoice_invoice_id_format" ON "einvoice" ("invoice_id", "format");
