DROP TABLE accounts;
DROP TABLE merchants;
