DROP INDEX invoices_by_hand;
