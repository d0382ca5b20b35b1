UPDATE api_requests SET request_id = NULL WHERE subject_id IS NULL;
ALTER TABLE api_requests
  DROP CONSTRAINT api_requests_begun_in_a_request,
  ADD CONSTRAINT api_requests_begun CHECK ((subject_id IS NULL) = (request_id IS NULL));
