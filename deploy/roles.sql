-- Two roles and the database: the owner migrates, the program only works, so it cannot switch off the triggers that
-- protect final reviews. Run once, as a superuser of PostgreSQL, with both passwords in the environment:
--   OWNER_PASSWORD=… PROGRAM_PASSWORD=… psql --file deploy/roles.sql
\set ON_ERROR_STOP on
\getenv owner_password OWNER_PASSWORD
\getenv program_password PROGRAM_PASSWORD
CREATE ROLE ipsfidelity_owner LOGIN PASSWORD :'owner_password';
CREATE ROLE ipsfidelity LOGIN PASSWORD :'program_password';
CREATE DATABASE ipsfidelity OWNER ipsfidelity_owner ENCODING 'UTF8' TEMPLATE template0;
REVOKE ALL ON DATABASE ipsfidelity FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE ipsfidelity TO ipsfidelity;
\connect ipsfidelity
ALTER DEFAULT PRIVILEGES FOR ROLE ipsfidelity_owner GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ipsfidelity;
ALTER DEFAULT PRIVILEGES FOR ROLE ipsfidelity_owner GRANT USAGE, SELECT ON SEQUENCES TO ipsfidelity;
