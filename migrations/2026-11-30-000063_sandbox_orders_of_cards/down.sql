DROP INDEX sandbox_orders_by_card;
