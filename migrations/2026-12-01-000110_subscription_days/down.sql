DROP TABLE subscription_days;
