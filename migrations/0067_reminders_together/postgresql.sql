ALTER TABLE "payment_reminder" ADD COLUMN "sent_with_id" INTEGER REFERENCES "payment_reminder" ("id") ON DELETE RESTRICT;
CREATE INDEX "payment_reminder_sent_with_id" ON "payment_reminder" ("sent_with_id");
