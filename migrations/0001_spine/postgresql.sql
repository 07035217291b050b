CREATE TABLE "account" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "email" TEXT NOT NULL,
  "password_hash" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL);
CREATE UNIQUE INDEX "account_email" ON "account" ("email");

CREATE TABLE "client" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "folded" TEXT NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('business', 'consumer')),
  "country" TEXT NOT NULL,
  "language" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "street" TEXT NOT NULL,
  "postcode" TEXT NOT NULL,
  "city" TEXT NOT NULL,
  "region" TEXT NOT NULL,
  "tax_id" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "archived_at" TIMESTAMP, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "client_owner_id" ON "client" ("owner_id");

CREATE TABLE "package" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "summary" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "archived_at" TIMESTAMP, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE INDEX "package_owner_id" ON "package" ("owner_id");

CREATE TABLE "project" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "client_id" INTEGER NOT NULL,
  "package_id" INTEGER,
  "title" TEXT NOT NULL CHECK (title <> ''),
  "summary" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "state" TEXT NOT NULL CHECK (state IN ('draft', 'offered', 'active', 'closed', 'cancelled')),
  "version" INTEGER NOT NULL,
  "prices_gross" BOOLEAN NOT NULL,
  "tax_category" TEXT NOT NULL CHECK (tax_category IN ('S','Z','E','O','AE','G')),
  "tax_rate" INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 100000),
  "tax_note" TEXT NOT NULL,
  "terms_days" INTEGER NOT NULL CHECK (terms_days BETWEEN 0 AND 365),
  "created_at" TIMESTAMP NOT NULL,
  "started_at" TIMESTAMP, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("package_id") REFERENCES "package" ("id") ON DELETE SET NULL);
CREATE INDEX "project_owner_id" ON "project" ("owner_id");
CREATE INDEX "project_client_id" ON "project" ("client_id");
CREATE INDEX "project_package_id" ON "project" ("package_id");
CREATE INDEX "project_owner_id_state" ON "project" ("owner_id", "state");

CREATE TABLE "contact" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "client_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "email" TEXT NOT NULL CHECK (email <> ''),
  "folded" TEXT NOT NULL,
  "title" TEXT NOT NULL,
  "is_signer" BOOLEAN NOT NULL,
  "is_approver" BOOLEAN NOT NULL,
  "is_payer" BOOLEAN NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "removed_at" TIMESTAMP, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE CASCADE, UNIQUE (client_id, email));
CREATE INDEX "contact_client_id" ON "contact" ("client_id");

CREATE TABLE "file" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "sha256" TEXT NOT NULL,
  "media_type" TEXT NOT NULL,
  "size" INTEGER NOT NULL,
  "content" BYTEA NOT NULL);
CREATE UNIQUE INDEX "file_sha256" ON "file" ("sha256");

CREATE TABLE "document" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "file_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT, FOREIGN KEY ("file_id") REFERENCES "file" ("id") ON DELETE RESTRICT);
CREATE INDEX "document_owner_id" ON "document" ("owner_id");
CREATE INDEX "document_file_id" ON "document" ("file_id");

CREATE TABLE "agreement" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "version" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('agreement', 'change_order')),
  "state" TEXT NOT NULL CHECK (state IN ('draft', 'preparing', 'sent', 'viewed', 'client_signed', 'countersigned', 'active', 'amended', 'terminated', 'declined', 'expired', 'voided')),
  "signer_id" INTEGER,
  "clauses" JSONB NOT NULL,
  "payload" BYTEA,
  "payload_sha256" TEXT,
  "document_id" INTEGER,
  "created_at" TIMESTAMP NOT NULL,
  "sent_at" TIMESTAMP,
  "expires_on" DATE,
  "active_at" TIMESTAMP, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT, FOREIGN KEY ("signer_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT, CHECK (state = 'draft' OR payload IS NOT NULL));
CREATE INDEX "agreement_project_id" ON "agreement" ("project_id");
CREATE INDEX "agreement_signer_id" ON "agreement" ("signer_id");
CREATE INDEX "agreement_document_id" ON "agreement" ("document_id");
CREATE UNIQUE INDEX "agreement_project_id_version" ON "agreement" ("project_id", "version");

CREATE TABLE "attempt" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "key" TEXT NOT NULL,
  "window" INTEGER NOT NULL,
  "count" INTEGER NOT NULL);
CREATE UNIQUE INDEX "attempt_key_window" ON "attempt" ("key", "window");

CREATE TABLE "business" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "name" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "phone" TEXT NOT NULL,
  "street" TEXT NOT NULL,
  "postcode" TEXT NOT NULL,
  "city" TEXT NOT NULL,
  "region" TEXT NOT NULL,
  "country" TEXT NOT NULL,
  "currency" TEXT NOT NULL,
  "timezone" TEXT NOT NULL,
  "tax_registered" BOOLEAN NOT NULL,
  "tax_label" TEXT NOT NULL,
  "tax_id" TEXT NOT NULL,
  "tax_rate" INTEGER NOT NULL CHECK (tax_rate BETWEEN 0 AND 100000),
  "terms_days" INTEGER NOT NULL CHECK (terms_days BETWEEN 0 AND 365),
  "bank_holder" TEXT NOT NULL,
  "bank_name" TEXT NOT NULL,
  "iban" TEXT NOT NULL,
  "bic" TEXT NOT NULL,
  "account_number" TEXT NOT NULL,
  "routing_number" TEXT NOT NULL,
  "dismissed" TEXT NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "business_owner_id" ON "business" ("owner_id");

CREATE TABLE "milestone" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "title" TEXT NOT NULL,
  "deliverable" TEXT NOT NULL,
  "price" BIGINT CHECK (price >= 0),
  "due_on" DATE,
  "review_days" INTEGER NOT NULL CHECK (review_days BETWEEN 3 AND 14),
  "rounds" INTEGER NOT NULL CHECK (rounds BETWEEN 0 AND 99),
  "state" TEXT NOT NULL CHECK (state IN ('draft', 'agreed', 'active', 'submitted', 'changes_requested', 'partly_accepted', 'accepted', 'deemed_accepted', 'disputed', 'cancelled', 'superseded')),
  "revision" INTEGER NOT NULL,
  "key" TEXT,
  "tab" TEXT NOT NULL,
  "turn" INTEGER NOT NULL,
  "deleted_at" TIMESTAMP, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE);
CREATE INDEX "milestone_project_id" ON "milestone" ("project_id");
CREATE INDEX "milestone_project_id_position" ON "milestone" ("project_id", "position");
CREATE UNIQUE INDEX "milestone_project_id_key" ON "milestone" ("project_id", "key");

CREATE TABLE "trigger" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('on_signing', 'on_start', 'on_acceptance', 'on_date', 'on_metric')),
  "share" INTEGER NOT NULL CHECK (share BETWEEN 1 AND 10000),
  "on" DATE,
  "delivery" TEXT NOT NULL CHECK (delivery IN ('send', 'draft')), FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE CASCADE, CHECK ((kind = 'on_date') = ("on" IS NOT NULL)));
CREATE INDEX "trigger_milestone_id" ON "trigger" ("milestone_id");

CREATE TABLE "criterion" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "text" TEXT NOT NULL CHECK (text <> ''),
  "weight" INTEGER NOT NULL CHECK (weight > 0), FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE CASCADE);
CREATE INDEX "criterion_milestone_id" ON "criterion" ("milestone_id");

CREATE TABLE "series" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
  "prefix" TEXT NOT NULL,
  "next_number" INTEGER NOT NULL CHECK (next_number > 0), FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT);
CREATE INDEX "series_owner_id" ON "series" ("owner_id");
CREATE UNIQUE INDEX "series_owner_id_kind" ON "series" ("owner_id", "kind");

CREATE TABLE "invoice" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "project_id" INTEGER NOT NULL,
  "client_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
  "credits_id" INTEGER,
  "state" TEXT NOT NULL CHECK (state IN ('draft', 'issued')),
  "cause" TEXT NOT NULL,
  "series_id" INTEGER,
  "sequence" INTEGER,
  "number" TEXT,
  "currency" TEXT NOT NULL,
  "issued_on" DATE,
  "issued_at" TIMESTAMP,
  "supplied_on" DATE,
  "due_on" DATE,
  "terms_days" INTEGER NOT NULL,
  "net" BIGINT NOT NULL,
  "tax" BIGINT NOT NULL,
  "total" BIGINT NOT NULL,
  "taxes" JSONB NOT NULL,
  "note" TEXT NOT NULL,
  "content" TEXT,
  "key" TEXT,
  "created_at" TIMESTAMP NOT NULL, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE RESTRICT, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT, FOREIGN KEY ("client_id") REFERENCES "client" ("id") ON DELETE RESTRICT, FOREIGN KEY ("credits_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("series_id") REFERENCES "series" ("id") ON DELETE RESTRICT, CHECK (net + tax = total), CHECK (state = 'draft' OR (number IS NOT NULL AND sequence IS NOT NULL AND issued_on IS NOT NULL AND due_on IS NOT NULL AND content IS NOT NULL)));
CREATE INDEX "invoice_owner_id" ON "invoice" ("owner_id");
CREATE INDEX "invoice_project_id" ON "invoice" ("project_id");
CREATE INDEX "invoice_client_id" ON "invoice" ("client_id");
CREATE INDEX "invoice_credits_id" ON "invoice" ("credits_id");
CREATE INDEX "invoice_series_id" ON "invoice" ("series_id");
CREATE UNIQUE INDEX "invoice_series_id_sequence" ON "invoice" ("series_id", "sequence");
CREATE UNIQUE INDEX "invoice_owner_id_number" ON "invoice" ("owner_id", "number");
CREATE UNIQUE INDEX "invoice_owner_id_key" ON "invoice" ("owner_id", "key");

CREATE TABLE "invoice_line" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "milestone_id" INTEGER,
  "description" TEXT NOT NULL,
  "detail" TEXT NOT NULL,
  "accepted_on" DATE,
  "amount" BIGINT NOT NULL,
  "net" BIGINT NOT NULL,
  "tax_category" TEXT NOT NULL,
  "tax_rate" INTEGER NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE CASCADE, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT);
CREATE INDEX "invoice_line_invoice_id" ON "invoice_line" ("invoice_id");
CREATE INDEX "invoice_line_milestone_id" ON "invoice_line" ("milestone_id");
CREATE UNIQUE INDEX "invoice_line_invoice_id_position" ON "invoice_line" ("invoice_id", "position");

CREATE TABLE "charge" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "trigger_id" INTEGER NOT NULL,
  "criterion_id" INTEGER,
  "line_id" INTEGER,
  "amount" BIGINT NOT NULL CHECK (amount >= 0),
  "fired_at" TIMESTAMP NOT NULL,
  "freed_at" TIMESTAMP, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT, FOREIGN KEY ("trigger_id") REFERENCES "trigger" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT, FOREIGN KEY ("line_id") REFERENCES "invoice_line" ("id") ON DELETE SET NULL);
CREATE INDEX "charge_milestone_id" ON "charge" ("milestone_id");
CREATE INDEX "charge_trigger_id" ON "charge" ("trigger_id");
CREATE INDEX "charge_criterion_id" ON "charge" ("criterion_id");
CREATE INDEX "charge_line_id" ON "charge" ("line_id");
CREATE UNIQUE INDEX IF NOT EXISTS charge_once ON charge (trigger_id, COALESCE(criterion_id, 0)) WHERE freed_at IS NULL;

CREATE TABLE "payment" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "amount" BIGINT NOT NULL CHECK (amount <> 0),
  "received_on" DATE NOT NULL,
  "method" TEXT NOT NULL,
  "reference" TEXT NOT NULL,
  "reverses_id" INTEGER,
  "key" TEXT NOT NULL,
  "recorded_at" TIMESTAMP NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("reverses_id") REFERENCES "payment" ("id") ON DELETE RESTRICT);
CREATE INDEX "payment_invoice_id" ON "payment" ("invoice_id");
CREATE UNIQUE INDEX "payment_reverses_id" ON "payment" ("reverses_id");
CREATE UNIQUE INDEX "payment_key" ON "payment" ("key");

CREATE TABLE "claim" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "reference" TEXT NOT NULL,
  "claimed_at" TIMESTAMP NOT NULL,
  "answered_at" TIMESTAMP,
  "payment_id" INTEGER, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("payment_id") REFERENCES "payment" ("id") ON DELETE RESTRICT);
CREATE INDEX "claim_invoice_id" ON "claim" ("invoice_id");
CREATE INDEX "claim_contact_id" ON "claim" ("contact_id");
CREATE UNIQUE INDEX "claim_payment_id" ON "claim" ("payment_id");
CREATE UNIQUE INDEX IF NOT EXISTS claim_open ON claim (invoice_id) WHERE answered_at IS NULL;

CREATE TABLE "submission" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "milestone_id" INTEGER NOT NULL,
  "round" INTEGER NOT NULL CHECK (round > 0),
  "note" TEXT NOT NULL,
  "links" JSONB NOT NULL,
  "submitted_at" TIMESTAMP NOT NULL, FOREIGN KEY ("milestone_id") REFERENCES "milestone" ("id") ON DELETE RESTRICT);
CREATE INDEX "submission_milestone_id" ON "submission" ("milestone_id");
CREATE UNIQUE INDEX "submission_milestone_id_round" ON "submission" ("milestone_id", "round");

CREATE TABLE "decision" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "submission_id" INTEGER NOT NULL,
  "kind" TEXT NOT NULL CHECK (kind IN ('accepted', 'changes_requested', 'deemed_accepted', 'disputed')),
  "contact_id" INTEGER,
  "note" TEXT NOT NULL,
  "decided_at" TIMESTAMP NOT NULL,
  "withdrawn_at" TIMESTAMP, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT);
CREATE INDEX "decision_submission_id" ON "decision" ("submission_id");
CREATE INDEX "decision_contact_id" ON "decision" ("contact_id");

CREATE TABLE "delivery" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "owner_id" INTEGER NOT NULL,
  "project_id" INTEGER,
  "contact_id" INTEGER,
  "channel" TEXT NOT NULL,
  "kind" TEXT NOT NULL,
  "recipient" TEXT NOT NULL,
  "facts" JSONB NOT NULL,
  "key" TEXT NOT NULL,
  "after_id" INTEGER,
  "state" TEXT NOT NULL CHECK (state IN ('queued', 'claimed', 'held', 'done', 'failed', 'cancelled')),
  "attempts" INTEGER NOT NULL,
  "message_id" TEXT NOT NULL,
  "subject" TEXT NOT NULL,
  "last_error" TEXT NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "due_at" TIMESTAMP NOT NULL,
  "leased_until" TIMESTAMP,
  "done_at" TIMESTAMP, FOREIGN KEY ("owner_id") REFERENCES "account" ("id") ON DELETE CASCADE, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE SET NULL, FOREIGN KEY ("after_id") REFERENCES "delivery" ("id") ON DELETE SET NULL);
CREATE INDEX "delivery_owner_id" ON "delivery" ("owner_id");
CREATE INDEX "delivery_project_id" ON "delivery" ("project_id");
CREATE INDEX "delivery_contact_id" ON "delivery" ("contact_id");
CREATE UNIQUE INDEX "delivery_key" ON "delivery" ("key");
CREATE INDEX "delivery_after_id" ON "delivery" ("after_id");
CREATE INDEX "delivery_due_at" ON "delivery" ("due_at");
CREATE INDEX "delivery_state_due_at" ON "delivery" ("state", "due_at");

CREATE TABLE "event" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "project_id" INTEGER NOT NULL,
  "seq" INTEGER NOT NULL,
  "body" TEXT NOT NULL,
  "hash" TEXT NOT NULL, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE RESTRICT);
CREATE INDEX "event_project_id" ON "event" ("project_id");
CREATE UNIQUE INDEX "event_project_id_seq" ON "event" ("project_id", "seq");

CREATE TABLE "event_text" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "event_id" INTEGER NOT NULL,
  "field" TEXT NOT NULL,
  "salt" TEXT NOT NULL,
  "text" TEXT NOT NULL, FOREIGN KEY ("event_id") REFERENCES "event" ("id") ON DELETE CASCADE);
CREATE INDEX "event_text_event_id" ON "event_text" ("event_id");
CREATE UNIQUE INDEX "event_text_event_id_field" ON "event_text" ("event_id", "field");

CREATE TABLE "evidence" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "submission_id" INTEGER NOT NULL,
  "criterion_id" INTEGER NOT NULL,
  "text" TEXT NOT NULL, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT);
CREATE INDEX "evidence_submission_id" ON "evidence" ("submission_id");
CREATE INDEX "evidence_criterion_id" ON "evidence" ("criterion_id");
CREATE UNIQUE INDEX "evidence_submission_id_criterion_id" ON "evidence" ("submission_id", "criterion_id");

CREATE TABLE "link" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "key" TEXT NOT NULL,
  "project_id" INTEGER NOT NULL,
  "contact_id" INTEGER NOT NULL,
  "generation" INTEGER NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "expires_at" TIMESTAMP,
  "revoked_at" TIMESTAMP, FOREIGN KEY ("project_id") REFERENCES "project" ("id") ON DELETE CASCADE, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "link_key" ON "link" ("key");
CREATE INDEX "link_project_id" ON "link" ("project_id");
CREATE INDEX "link_contact_id" ON "link" ("contact_id");
CREATE UNIQUE INDEX "link_project_id_contact_id" ON "link" ("project_id", "contact_id");

CREATE TABLE "package_milestone" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "package_id" INTEGER NOT NULL,
  "position" INTEGER NOT NULL,
  "title" TEXT NOT NULL,
  "deliverable" TEXT NOT NULL,
  "criteria" JSONB NOT NULL,
  "price" BIGINT,
  "days_to_due" INTEGER,
  "deposit_share" INTEGER NOT NULL CHECK (deposit_share BETWEEN 0 AND 10000),
  "review_days" INTEGER NOT NULL,
  "rounds" INTEGER NOT NULL, FOREIGN KEY ("package_id") REFERENCES "package" ("id") ON DELETE CASCADE);
CREATE INDEX "package_milestone_package_id" ON "package_milestone" ("package_id");

CREATE TABLE "rendition" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "invoice_id" INTEGER NOT NULL,
  "document_id" INTEGER NOT NULL, FOREIGN KEY ("invoice_id") REFERENCES "invoice" ("id") ON DELETE RESTRICT, FOREIGN KEY ("document_id") REFERENCES "document" ("id") ON DELETE RESTRICT);
CREATE UNIQUE INDEX "rendition_invoice_id" ON "rendition" ("invoice_id");
CREATE INDEX "rendition_document_id" ON "rendition" ("document_id");

CREATE TABLE "session" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "token_hash" TEXT NOT NULL,
  "user_id" INTEGER NOT NULL,
  "created_at" TIMESTAMP NOT NULL,
  "seen_at" TIMESTAMP NOT NULL,
  "address" TEXT NOT NULL,
  "user_agent" TEXT NOT NULL, FOREIGN KEY ("user_id") REFERENCES "account" ("id") ON DELETE CASCADE);
CREATE UNIQUE INDEX "session_token_hash" ON "session" ("token_hash");
CREATE INDEX "session_user_id" ON "session" ("user_id");

CREATE TABLE "signature" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "agreement_id" INTEGER NOT NULL,
  "party" TEXT NOT NULL CHECK (party IN ('client', 'owner')),
  "contact_id" INTEGER,
  "user_id" INTEGER,
  "name" TEXT NOT NULL CHECK (name <> ''),
  "kind" TEXT NOT NULL CHECK (kind IN ('typed', 'drawn', 'paper')),
  "statement" TEXT NOT NULL,
  "consent" TEXT NOT NULL,
  "document_sha256" TEXT NOT NULL,
  "key" TEXT NOT NULL,
  "address" TEXT NOT NULL,
  "user_agent" TEXT NOT NULL,
  "signed_at" TIMESTAMP NOT NULL, FOREIGN KEY ("agreement_id") REFERENCES "agreement" ("id") ON DELETE RESTRICT, FOREIGN KEY ("contact_id") REFERENCES "contact" ("id") ON DELETE RESTRICT, FOREIGN KEY ("user_id") REFERENCES "account" ("id") ON DELETE RESTRICT);
CREATE INDEX "signature_agreement_id" ON "signature" ("agreement_id");
CREATE INDEX "signature_contact_id" ON "signature" ("contact_id");
CREATE INDEX "signature_user_id" ON "signature" ("user_id");
CREATE UNIQUE INDEX "signature_key" ON "signature" ("key");
CREATE UNIQUE INDEX "signature_agreement_id_party" ON "signature" ("agreement_id", "party");

CREATE TABLE "verdict" (
  "id" SERIAL NOT NULL PRIMARY KEY,
  "decision_id" INTEGER NOT NULL,
  "submission_id" INTEGER NOT NULL,
  "criterion_id" INTEGER NOT NULL,
  "accepted" BOOLEAN NOT NULL,
  "remark" TEXT NOT NULL,
  "standing" BOOLEAN NOT NULL, FOREIGN KEY ("decision_id") REFERENCES "decision" ("id") ON DELETE RESTRICT, FOREIGN KEY ("submission_id") REFERENCES "submission" ("id") ON DELETE RESTRICT, FOREIGN KEY ("criterion_id") REFERENCES "criterion" ("id") ON DELETE RESTRICT);
CREATE INDEX "verdict_decision_id" ON "verdict" ("decision_id");
CREATE INDEX "verdict_submission_id" ON "verdict" ("submission_id");
CREATE INDEX "verdict_criterion_id" ON "verdict" ("criterion_id");
CREATE UNIQUE INDEX IF NOT EXISTS verdict_standing ON verdict (submission_id, criterion_id) WHERE standing;
