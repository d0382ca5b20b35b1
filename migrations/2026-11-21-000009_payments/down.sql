DROP INDEX events_by_customer;
ALTER TABLE events DROP COLUMN customer_id;
DROP TABLE payment_totals;
DROP TABLE payment_figures;
DROP TABLE refunds;
DROP TABLE payments;
