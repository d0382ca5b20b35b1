DROP TABLE customer_hours;
