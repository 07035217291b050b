ALTER TABLE "client" ADD COLUMN "billing_street" TEXT NOT NULL DEFAULT '';
ALTER TABLE "client" ADD COLUMN "billing_postcode" TEXT NOT NULL DEFAULT '';
ALTER TABLE "client" ADD COLUMN "billing_city" TEXT NOT NULL DEFAULT '';
ALTER TABLE "client" ADD COLUMN "billing_region" TEXT NOT NULL DEFAULT '';
ALTER TABLE "client" ADD COLUMN "billing_country" TEXT NOT NULL DEFAULT '';
