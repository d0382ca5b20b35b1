# A day with the API. $URL is the address of Clientele, $KEY a key of a test account that may write.
# Behind each call stand its status, and the name under which later calls use the id that it answers.

curl "$URL/v1/key" -H "Authorization: Bearer $KEY"   # 200

curl -X POST "$URL/v1/customers" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"name": "John Doe", "email": "john.doe@example.com", "phone": "+1234567890"}'   # 201 C

# Somebody with this email is there already: the answer has them as candidates.
curl -X POST "$URL/v1/customers" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"name": "John D.", "email": "JOHN.DOE@example.com"}'   # 409

curl -X POST "$URL/v1/customers/$C/wallet" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"token": "tok_visa", "default": true, "billing_address": {"line1": "123 Main St", "city": "Austin",
       "state": "TX", "postal_code": "78701", "country": "US"}}'   # 201 M

curl -X POST "$URL/v1/payments" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -H "Idempotency-Key: 4f0c2f4e" \
  -d '{"amount": 2500, "currency": "usd", "customer": "'"$C"'",
       "description": "Premium subscription"}'   # 201 P

# Sent again it is the same payment: nobody is charged twice.
curl -X POST "$URL/v1/payments" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -H "Idempotency-Key: 4f0c2f4e" \
  -d '{"amount": 2500, "currency": "usd", "customer": "'"$C"'",
       "description": "Premium subscription"}'   # 201 P

# A card without enough money: the payment is made and has failed, and the answer holds it.
curl -X POST "$URL/v1/payments" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"amount": 900, "currency": "usd", "customer": "'"$C"'",
       "token": "tok_insufficient_funds"}'   # 402

curl "$URL/v1/payments?customer=$C" -H "Authorization: Bearer $KEY"   # 200

curl "$URL/v1/customers/$C/analytics" -H "Authorization: Bearer $KEY"   # 200

curl -X POST "$URL/v1/payments/$P/refunds" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \
  -d '{"amount": 500, "reason": "late"}'   # 201 R

# If-Match: only if nobody changed the customer since.
curl -X PUT "$URL/v1/customers/$C" -H "Authorization: ApiKey $KEY" -H "Content-Type: application/json" \
  -H 'If-Match: "1"' -d '{"phoneNumber": "+1-555-0199"}'   # 200

curl -G "$URL/v1/customers" -H "Authorization: Bearer $KEY" \
  --data-urlencode 'q=john spent:>20USD' -d limit=1   # 200

# What deleting would do, in numbers; then the delete.
curl -X DELETE "$URL/v1/customers/$C?dry_run=true" -H "Authorization: Bearer $KEY"   # 200

curl -X DELETE "$URL/v1/customers/$C" -H "Authorization: Bearer $KEY"   # 200

curl "$URL/v1/customers/$C" -H "Authorization: Bearer $KEY"   # 200

curl -X POST "$URL/v1/customers/$C/restoration" -H "Authorization: Bearer $KEY"   # 200
