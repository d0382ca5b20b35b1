DROP TABLE schedule_parts;
DROP TABLE payment_schedules;
