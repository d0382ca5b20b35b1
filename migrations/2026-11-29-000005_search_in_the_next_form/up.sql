CALL rewrite_search();
