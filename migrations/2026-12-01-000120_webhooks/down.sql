DROP TABLE webhook_tries;
DROP TABLE webhook_messages;
DROP TABLE webhook_deliveries;
DROP TABLE webhook_endpoints;
