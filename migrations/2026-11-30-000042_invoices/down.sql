DROP TABLE subscriptions;
DROP TABLE invoice_series;
DROP TABLE invoice_lines;
DROP TABLE invoices;
