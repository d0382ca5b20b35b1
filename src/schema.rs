// @generated automatically by Diesel CLI.

diesel::table! {
    accounts (id) {
        id -> Uuid,
        merchant_id -> Uuid,
        mode -> Text,
        custom_fields -> Nullable<Jsonb>,
        ahead_ms -> Nullable<Int8>,
        clock_from_at -> Nullable<Timestamptz>,
        clock_to_at -> Nullable<Timestamptz>,
        clock_state -> Nullable<Text>,
    }
}

diesel::table! {
    addresses (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        customer_id -> Uuid,
        kind -> Text,
        is_default -> Bool,
        line1 -> Nullable<Text>,
        line2 -> Nullable<Text>,
        city -> Nullable<Text>,
        region -> Nullable<Text>,
        postal_code -> Nullable<Text>,
        country -> Nullable<Text>,
    }
}

diesel::table! {
    api_key_secrets (hash) {
        hash -> Bytea,
        account_id -> Uuid,
        key_id -> Uuid,
        last4 -> Text,
        created_at -> Timestamptz,
        ends_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    api_keys (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        name -> Text,
        permissions -> Array<Nullable<Text>>,
        created_at -> Timestamptz,
        created_by -> Nullable<Uuid>,
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
        last_used_at -> Nullable<Timestamptz>,
        last_used_from -> Nullable<Text>,
        is_masked -> Nullable<Bool>,
    }
}

diesel::table! {
    api_requests (account_id, key) {
        account_id -> Uuid,
        key -> Text,
        digest -> Bytea,
        status -> Int2,
        body -> Bytea,
        version -> Nullable<Int4>,
        location -> Nullable<Text>,
        created_at -> Timestamptz,
        subject_id -> Nullable<Uuid>,
        request_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    custom_fields (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        key -> Text,
        label -> Text,
        help -> Nullable<Text>,
        kind -> Text,
        choices -> Array<Nullable<Text>>,
        least -> Nullable<Text>,
        most -> Nullable<Text>,
        is_required -> Bool,
        is_listed -> Bool,
        in_form -> Bool,
        position -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    custom_values (account_id, customer_id, key, value) {
        account_id -> Uuid,
        customer_id -> Uuid,
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    customer_counts (account_id, shard) {
        account_id -> Uuid,
        shard -> Int2,
        active -> Int8,
        deleted -> Int8,
    }
}

diesel::table! {
    customer_hours (account_id, hour, shard) {
        account_id -> Uuid,
        hour -> Timestamptz,
        shard -> Int2,
        active -> Int8,
    }
}

diesel::table! {
    customers (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        kind -> Text,
        name -> Nullable<Text>,
        first_name -> Nullable<Text>,
        last_name -> Nullable<Text>,
        company -> Nullable<Text>,
        email -> Nullable<Text>,
        phone -> Nullable<Text>,
        phone_typed -> Nullable<Text>,
        language -> Nullable<Text>,
        country -> Nullable<Text>,
        description -> Nullable<Text>,
        reference -> Nullable<Text>,
        metadata -> Jsonb,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
        name_key -> Text,
        email_key -> Text,
        search -> Text,
        custom -> Nullable<Jsonb>,
        erased_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    doubts (account_id, customer_id, kind) {
        account_id -> Uuid,
        customer_id -> Uuid,
        kind -> Text,
        is_dismissed -> Bool,
    }
}

diesel::table! {
    erasure_holds (account_id, customer_id) {
        account_id -> Uuid,
        customer_id -> Uuid,
        reason -> Text,
        staff_id -> Uuid,
        placed_at -> Timestamptz,
    }
}

diesel::table! {
    events (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        version -> Int4,
        actor_kind -> Text,
        staff_id -> Nullable<Uuid>,
        request_id -> Nullable<Uuid>,
        batch_id -> Nullable<Uuid>,
        before -> Jsonb,
        after -> Jsonb,
        customer_id -> Nullable<Uuid>,
        key_id -> Nullable<Uuid>,
        undoes -> Nullable<Uuid>,
    }
}

diesel::table! {
    idempotency_keys (account_id, key, digest) {
        account_id -> Uuid,
        key -> Uuid,
        digest -> Bytea,
        subject_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    invitations (id) {
        id -> Uuid,
        merchant_id -> Uuid,
        token_hash -> Bytea,
        email -> Text,
        email_key -> Text,
        role -> Text,
        invited_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
        accepted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    invoice_lines (account_id, invoice_id, position) {
        account_id -> Uuid,
        invoice_id -> Uuid,
        position -> Int2,
        description -> Text,
        quantity -> Int4,
        unit_amount -> Int8,
        amount -> Int8,
        subscription_id -> Nullable<Uuid>,
        period_no -> Nullable<Int4>,
        period_from -> Nullable<Date>,
        period_until -> Nullable<Date>,
        is_void -> Bool,
    }
}

diesel::table! {
    invoice_series (account_id, year) {
        account_id -> Uuid,
        year -> Int2,
        next_no -> Int8,
        last_on -> Date,
    }
}

diesel::table! {
    invoices (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        number -> Text,
        series_year -> Int2,
        series_no -> Int8,
        customer_id -> Uuid,
        subscription_id -> Nullable<Uuid>,
        replaces_id -> Nullable<Uuid>,
        status -> Text,
        currency -> Text,
        total -> Int8,
        paid -> Int8,
        collects -> Text,
        method_id -> Nullable<Uuid>,
        issued_on -> Date,
        due_on -> Date,
        bill_to -> Jsonb,
        memo -> Nullable<Text>,
        reference -> Nullable<Text>,
        tries -> Int4,
        first_failed_at -> Nullable<Timestamptz>,
        next_try_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
        is_overdue -> Bool,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        closed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Uuid,
        account_id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        due_at -> Timestamptz,
        attempts -> Int4,
        claim_id -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        error -> Nullable<Text>,
        stuck_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        account_due_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    merchants (id) {
        id -> Uuid,
        name -> Text,
        time_zone -> Text,
        default_country -> Text,
        default_currency -> Text,
        required_fields -> Array<Nullable<Text>>,
        created_at -> Timestamptz,
        wallet_size -> Int4,
        version -> Nullable<Int4>,
        second_factor_required -> Nullable<Bool>,
        most_sessions -> Nullable<Int4>,
        viewers_see -> Nullable<Text>,
        editors_see -> Nullable<Text>,
        invoice_prefix -> Nullable<Text>,
        invoices_restart -> Nullable<Bool>,
        days_until_due -> Nullable<Int4>,
        after_tries -> Nullable<Text>,
        seller -> Nullable<Jsonb>,
    }
}

diesel::table! {
    notes (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        customer_id -> Uuid,
        text -> Text,
        search -> Text,
        is_pinned -> Bool,
        staff_id -> Nullable<Uuid>,
        key_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    passkeys (staff_id, id) {
        staff_id -> Uuid,
        id -> Uuid,
        credential_id -> Bytea,
        name -> Text,
        passkey -> Jsonb,
        created_at -> Timestamptz,
        last_used_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    payment_figures (account_id, customer_id, currency) {
        account_id -> Uuid,
        customer_id -> Uuid,
        currency -> Text,
        payments -> Int8,
        volume -> Int8,
        refunds -> Int8,
        refunded -> Int8,
        last_payment_at -> Timestamptz,
    }
}

diesel::table! {
    payment_hours (account_id, hour, currency, shard) {
        account_id -> Uuid,
        hour -> Timestamptz,
        currency -> Text,
        shard -> Int2,
        payments -> Int8,
        volume -> Int8,
    }
}

diesel::table! {
    payment_methods (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        customer_id -> Uuid,
        kind -> Text,
        brand -> Text,
        last4 -> Text,
        expires_on -> Nullable<Date>,
        fingerprint -> Text,
        credential -> Text,
        billing -> Nullable<Jsonb>,
        is_default -> Bool,
        consent_source -> Nullable<Text>,
        consent_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
        reference -> Nullable<Text>,
    }
}

diesel::table! {
    payment_schedules (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        customer_id -> Uuid,
        description -> Text,
        currency -> Text,
        total -> Int8,
        paid -> Int8,
        method_id -> Nullable<Uuid>,
        status -> Text,
        next_on -> Nullable<Date>,
        ended_at -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    payment_totals (account_id, customer_id) {
        account_id -> Uuid,
        customer_id -> Uuid,
        payments -> Int8,
        last_payment_at -> Timestamptz,
    }
}

diesel::table! {
    payments (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        customer_id -> Nullable<Uuid>,
        amount -> Int8,
        currency -> Text,
        status -> Text,
        refunded -> Int8,
        is_recorded -> Bool,
        description -> Nullable<Text>,
        reference -> Nullable<Text>,
        method_id -> Nullable<Uuid>,
        method_kind -> Nullable<Text>,
        method_brand -> Nullable<Text>,
        method_last4 -> Nullable<Text>,
        method_expires_on -> Nullable<Date>,
        method_fingerprint -> Nullable<Text>,
        method_credential -> Nullable<Text>,
        billing -> Nullable<Jsonb>,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        invoice_id -> Nullable<Uuid>,
        part_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    prices (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        name -> Text,
        key -> Nullable<Text>,
        amount -> Int8,
        currency -> Text,
        interval_unit -> Text,
        interval_count -> Int4,
        trial_days -> Int4,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    recovery_codes (staff_id, code_hash) {
        staff_id -> Uuid,
        code_hash -> Bytea,
    }
}

diesel::table! {
    refunds (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        payment_id -> Uuid,
        amount -> Int8,
        status -> Text,
        reason -> Nullable<Text>,
        failure -> Nullable<Text>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    sandbox_orders (account_id, key) {
        account_id -> Uuid,
        key -> Uuid,
        kind -> Text,
        amount -> Int8,
        currency -> Text,
        credential -> Text,
        outcome -> Text,
        settles_at -> Timestamptz,
        placed_at -> Nullable<Timestamptz>,
        times -> Nullable<Int4>,
    }
}

diesel::table! {
    sandbox_tokens (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        instrument -> Jsonb,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    schedule_parts (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        schedule_id -> Uuid,
        position -> Int2,
        due_on -> Date,
        amount -> Int8,
        status -> Text,
        tries -> Int4,
        first_failed_at -> Nullable<Timestamptz>,
        next_try_at -> Nullable<Timestamptz>,
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    seen_values (account_id, key, value) {
        account_id -> Uuid,
        key -> Text,
        value -> Text,
    }
}

diesel::table! {
    sessions (key_hash) {
        key_hash -> Bytea,
        staff_id -> Nullable<Uuid>,
        state -> Jsonb,
        expires_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        address -> Nullable<Text>,
        browser -> Nullable<Text>,
    }
}

diesel::table! {
    staff (id) {
        id -> Uuid,
        merchant_id -> Uuid,
        email -> Text,
        email_key -> Text,
        name -> Text,
        role -> Text,
        password_hash -> Text,
        single_keys -> Bool,
        mode -> Text,
        created_at -> Timestamptz,
        state -> Text,
        seen_at -> Nullable<Timestamptz>,
        theme -> Nullable<Text>,
        start_page -> Nullable<Text>,
        has_app -> Nullable<Bool>,
        has_passkeys -> Nullable<Bool>,
        has_notices -> Nullable<Bool>,
    }
}

diesel::table! {
    staff_notices (staff_id, id) {
        staff_id -> Uuid,
        id -> Uuid,
        about -> Text,
        of_staff_id -> Uuid,
        by_staff_id -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    subscription_days (account_id, next_on, currency, every, charges, shard) {
        account_id -> Uuid,
        next_on -> Date,
        currency -> Text,
        every -> Int2,
        charges -> Int2,
        shard -> Int2,
        subscriptions -> Int8,
        amount -> Int8,
    }
}

diesel::table! {
    subscription_figures (account_id, currency, shard) {
        account_id -> Uuid,
        currency -> Text,
        shard -> Int2,
        counted -> Int8,
        counted_monthly -> Int8,
        trials -> Int8,
        trials_monthly -> Int8,
    }
}

diesel::table! {
    subscriptions (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        customer_id -> Uuid,
        name -> Text,
        price_id -> Nullable<Uuid>,
        amount -> Int8,
        currency -> Text,
        interval_unit -> Text,
        interval_count -> Int4,
        monthly -> Int8,
        days_until_due -> Nullable<Int4>,
        method_id -> Nullable<Uuid>,
        status -> Text,
        anchor_on -> Date,
        anchor_no -> Int4,
        anchor_day -> Int2,
        period_no -> Int4,
        period_from -> Nullable<Date>,
        period_until -> Nullable<Date>,
        next_on -> Nullable<Date>,
        ends_on -> Nullable<Date>,
        next_amount -> Nullable<Int8>,
        next_price_id -> Nullable<Uuid>,
        unpaid -> Int4,
        given_up_on -> Nullable<Date>,
        pay_until -> Nullable<Timestamptz>,
        started_on -> Date,
        ended_at -> Nullable<Timestamptz>,
        end_reason -> Nullable<Text>,
        metadata -> Jsonb,
        updated_at -> Timestamptz,
    }
}

diesel::table! {
    totp_secrets (staff_id) {
        staff_id -> Uuid,
        key_id -> Text,
        sealed -> Bytea,
        last_step -> Int8,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    used_tokens (account_id, token) {
        account_id -> Uuid,
        token -> Text,
        used_at -> Timestamptz,
    }
}

diesel::table! {
    view_defaults (account_id, staff_id) {
        account_id -> Uuid,
        staff_id -> Uuid,
        view_id -> Uuid,
    }
}

diesel::table! {
    views (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        staff_id -> Uuid,
        name -> Text,
        query -> Text,
        sort -> Text,
        column_names -> Array<Nullable<Text>>,
        is_shared -> Bool,
        position -> Int4,
        name_key -> Text,
    }
}

diesel::table! {
    webhook_deliveries (account_id, endpoint_id, event_id) {
        account_id -> Uuid,
        endpoint_id -> Uuid,
        event_id -> Uuid,
        kind -> Text,
        subject_id -> Uuid,
        version -> Int4,
        status -> Text,
        tries -> Int2,
        is_begun -> Bool,
        due_at -> Nullable<Timestamptz>,
        is_extra -> Bool,
        resumes_at -> Nullable<Timestamptz>,
        claim_id -> Nullable<Uuid>,
        claimed_until -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_endpoints (account_id, id) {
        account_id -> Uuid,
        id -> Uuid,
        version -> Int4,
        url -> Text,
        types -> Array<Nullable<Text>>,
        description -> Nullable<Text>,
        is_enabled -> Bool,
        disabled_reason -> Nullable<Text>,
        failing_since -> Nullable<Timestamptz>,
        secret_key -> Text,
        secret -> Bytea,
        old_secret_key -> Nullable<Text>,
        old_secret -> Nullable<Bytea>,
        old_until -> Nullable<Timestamptz>,
        updated_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    webhook_messages (account_id, event_id) {
        account_id -> Uuid,
        event_id -> Uuid,
        subject_id -> Uuid,
        customer_id -> Nullable<Uuid>,
        body -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    webhook_tries (account_id, endpoint_id, event_id, number) {
        account_id -> Uuid,
        endpoint_id -> Uuid,
        event_id -> Uuid,
        number -> Int2,
        at -> Timestamptz,
        took_ms -> Int4,
        code -> Nullable<Int2>,
        failure -> Nullable<Text>,
        answer -> Text,
        is_extra -> Bool,
    }
}

diesel::table! {
    words (account_id, word) {
        account_id -> Uuid,
        word -> Text,
    }
}

diesel::joinable!(accounts -> merchants (merchant_id));
diesel::joinable!(custom_fields -> accounts (account_id));
diesel::joinable!(customer_counts -> accounts (account_id));
diesel::joinable!(customer_hours -> accounts (account_id));
diesel::joinable!(customers -> accounts (account_id));
diesel::joinable!(events -> accounts (account_id));
diesel::joinable!(idempotency_keys -> accounts (account_id));
diesel::joinable!(invitations -> merchants (merchant_id));
diesel::joinable!(payment_hours -> accounts (account_id));
diesel::joinable!(passkeys -> staff (staff_id));
diesel::joinable!(payments -> accounts (account_id));
diesel::joinable!(prices -> accounts (account_id));
diesel::joinable!(recovery_codes -> staff (staff_id));
diesel::joinable!(sandbox_orders -> accounts (account_id));
diesel::joinable!(sandbox_tokens -> accounts (account_id));
diesel::joinable!(seen_values -> accounts (account_id));
diesel::joinable!(sessions -> staff (staff_id));
diesel::joinable!(staff -> merchants (merchant_id));
diesel::joinable!(totp_secrets -> staff (staff_id));
diesel::joinable!(used_tokens -> accounts (account_id));
diesel::joinable!(view_defaults -> accounts (account_id));
diesel::joinable!(views -> accounts (account_id));
diesel::joinable!(words -> accounts (account_id));

diesel::allow_tables_to_appear_in_same_query!(
    accounts,
    addresses,
    api_key_secrets,
    api_keys,
    api_requests,
    custom_fields,
    custom_values,
    customer_counts,
    customer_hours,
    customers,
    doubts,
    erasure_holds,
    events,
    idempotency_keys,
    invitations,
    invoice_lines,
    invoice_series,
    invoices,
    jobs,
    merchants,
    notes,
    passkeys,
    payment_figures,
    payment_hours,
    payment_methods,
    payment_schedules,
    payment_totals,
    payments,
    prices,
    recovery_codes,
    refunds,
    sandbox_orders,
    sandbox_tokens,
    schedule_parts,
    seen_values,
    sessions,
    staff,
    staff_notices,
    subscription_days,
    subscription_figures,
    subscriptions,
    totp_secrets,
    used_tokens,
    view_defaults,
    views,
    webhook_deliveries,
    webhook_endpoints,
    webhook_messages,
    webhook_tries,
    words,
);
