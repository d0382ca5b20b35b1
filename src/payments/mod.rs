//! A payment is money asked from or paid by a customer: an amount in a currency, and a status.
