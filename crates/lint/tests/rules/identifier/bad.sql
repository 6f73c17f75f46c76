CREATE TABLE IF NOT EXISTS UserAccounts (
    "accountId" uuid NOT NULL,
    "order" integer,
    "left" integer,
    "home page" text,
    "1st" text,
    CONSTRAINT "UserAccounts_pkey" PRIMARY KEY ("accountId")
);
CREATE SCHEMA IF NOT EXISTS "Reports";
CREATE INDEX IF NOT EXISTS UserAccounts_order_Idx ON useraccounts ("order");
CREATE OR REPLACE FUNCTION public.countAccounts() RETURNS bigint
LANGUAGE sql SET search_path = ''
AS $$ SELECT count(*) AS "Number" FROM public.useraccounts $$;
CREATE TYPE "Mood" AS ENUM ('Good', 'Bad');
