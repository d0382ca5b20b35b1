DROP TABLE payment_hours;
