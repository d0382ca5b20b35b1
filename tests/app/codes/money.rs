//! The codes of wallets and payments, each made where it is found.

use super::*;

pub async fn of_wallets(till: &Till) -> BTreeSet<Code> {
    let (account, customer, now) = (till.account(), till.customer, Timestamp::now());
    let charge = |named, day| {
        let choice = in_transaction(till, |conn| for_charge(conn, account, customer, named, day)).unwrap();
        choice.expect_err("it can be charged")
    };
    let nothing = charge(None, today());
    let visa = till.sandbox.verify(account, "tok_visa", now).await.unwrap().unwrap();
    let amex = till.sandbox.verify(account, "tok_amex", now).await.unwrap().unwrap();
    let add = |new: New, size, today| {
        in_transaction(till, |conn| wallet::add(conn, &till.by, customer, new, Rules { size, today }, None)).unwrap()
    };
    let refused = |added| match added {
        Added::Refused(refusal) => Reason::from(refusal),
        Added::Done(method) | Added::Before(method) => panic!("{} is added", method.title()),
    };
    let Added::Done(kept) = add(New::of(visa.instrument.clone()), 4, today()) else { panic!("it is refused") };
    let same = refused(add(New::of(visa.instrument), 4, today()));
    let full = refused(add(New::of(amex.instrument.clone()), 1, today()));
    let after = Date::constant(2090, 1, 1);
    let expired = refused(add(New::of(amex.instrument.clone()), 4, after));
    let used = New { single_use: Some("tok_once".to_owned()), ..New::of(amex.instrument) };
    assert!(till.world.with(|conn| wallet::use_token(conn, account, "tok_once")).unwrap());
    let used = refused(add(used, 4, today()));
    let (of_another, too_old) = (charge(Some(MethodId::new()), today()), charge(Some(kept.id), after));
    let given = Fields::new();
    let version = conflict(in_transaction(till, |conn| editing::edit(conn, &till.by, kept.id, 9, &given)));

    in_transaction(till, |conn| wallet::remove(conn, &till.by, kept.id, clientele::subscriptions::methods::USES))
        .unwrap();
    let removed = [
        charge(Some(kept.id), today()),
        conflict(in_transaction(till, |c| wallet::make_default(c, &till.by, kept.id))),
    ];
    till.world.sql("UPDATE payment_methods SET removed_at = now() - interval '31 days'");
    let rules = Rules { size: 4, today: today() };
    let too_late = conflict(in_transaction(till, |conn| wallet::restore(conn, &till.by, kept.id, rules)));

    let this = Some(Detail::PaymentMethod(kept.id));
    let rows = [
        (nothing, Code::NoPaymentMethod, None),
        (same, Code::AlreadyInWallet, this.clone()),
        (full, Code::WalletFull, Some(Detail::WalletSize(1))),
        (expired, Code::CardExpired, None),
        (used, Code::TokenUsed, None),
        (of_another, Code::MethodOfAnother, None),
        (too_old, Code::CardExpired, this.clone()),
        (version, Code::VersionMismatch, None),
        (too_late, Code::TooLateToRestore, None),
    ];
    let removed = removed.map(|reason| (reason, Code::MethodRemoved, this.clone()));
    told(rows.into_iter().chain(removed))
}

pub async fn of_payments(till: &Till) -> BTreeSet<Code> {
    let (account, now) = (till.account(), Timestamp::now());
    let charge = async |token: &str| {
        let new = till.new_charge(5_000, token);
        charging::charge(till.db(), &till.sandbox, till.by.clone(), new, None, now).await
    };
    let unknown = conflict(charge("tok_nobodys").await);
    let once = TokenId::new();
    let instrument = till.sandbox.verify(account, "tok_visa", now).await.unwrap().unwrap().instrument;
    till.world.with(|conn| tokens::keep(conn, account, once, &instrument, now)).unwrap();
    let paid = charge(&once.to_string()).await.unwrap();
    let used = conflict(charge(&once.to_string()).await);

    let too_large = conflict(till.refund(paid, 5_001).await);
    till.refund(paid, 2_000).await.unwrap();
    let larger_than_left = conflict(till.refund(paid, 3_001).await);
    till.refund(paid, 3_000).await.unwrap();
    let all_of_it = conflict(till.refund(paid, 1).await);
    let declined = till.charge(5_000, "tok_declined").await.id;
    let unpaid = conflict(till.refund(declined, 1).await);

    let note = |id, next| in_transaction(till, |conn| settling::note(conn, &till.by, id, next));
    let of_gateway = conflict(note(paid, Status::Failed));
    let recorded = Recorded {
        customer: Some(till.customer),
        money: kes(2_500),
        status: Status::Processing,
        refunded: 0,
        at: now - SignedDuration::from_hours(1),
        description: None,
        reference: Some("Till 7".to_owned()),
        method: None,
        invoice: None,
    };
    let record = |id| in_transaction(till, |conn| payments::model::record(conn, &till.by, id, &recorded));
    let id = PaymentId::at(recorded.at);
    record(id).unwrap();
    let taken = conflict(record(PaymentId::at(recorded.at)));
    let no_outcome = conflict(note(id, Status::PartiallyRefunded));
    note(id, Status::Canceled).unwrap();
    let outcome_final = conflict(note(id, Status::Succeeded));

    let other = till.world.customer_in(account, &till.world.shop.editor, "name=Achieng");
    let attached = conflict(in_transaction(till, |conn| payments::model::attach(conn, &till.by, id, other)));
    let left = |minor| Some(Detail::Remaining(minor));
    told([
        (unknown, Code::TokenUnknown, None),
        (used, Code::TokenUsed, None),
        (too_large, Code::RefundTooLarge, left(5_000)),
        (larger_than_left, Code::RefundTooLarge, left(3_000)),
        (all_of_it, Code::NotRefundable, left(0)),
        (unpaid, Code::NotRefundable, left(0)),
        (of_gateway, Code::OutcomeOfGateway, None),
        (taken, Code::ReferenceTaken, None),
        (no_outcome, Code::NotOneOf, None),
        (outcome_final, Code::OutcomeFinal, None),
        (attached, Code::AlreadyAttached, None),
        (gateway::none(), Code::NoGateway, None),
        (settling::not_cancelable(), Code::NotCancelable, None),
    ])
}
