CREATE TABLE "brand" (
  "id" INTEGER NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "colour" TEXT NOT NULL CHECK (colour = '' OR length(colour) = 7),
  "logo_id" INTEGER, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("logo_id") REFERENCES "file" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "brand_owner_id" ON "brand" ("owner_id");
CREATE INDEX "brand_logo_id" ON "brand" ("logo_id");
