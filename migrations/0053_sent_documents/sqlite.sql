ALTER TABLE "account_document" ADD COLUMN "sent_at" DATETIME;
